"""How far Superset's log of looks was carried into the audit log."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CARRIED_LOGS = """
create table governance.carried_logs (
    source text primary key,
    up_to bigint not null check (up_to >= 0)
);
insert into governance.carried_logs values ('superset', 0);
"""


def upgrade() -> None:
    op.execute(CARRIED_LOGS)
