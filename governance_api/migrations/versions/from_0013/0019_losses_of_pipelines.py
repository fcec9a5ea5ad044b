"""The pipelines report losses too: what they could not work on. A report sent again under its key counts once."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

LOSSES = """
alter table governance.losses
    drop constraint losses_reported_by_check,
    add constraint losses_reported_by_check check (reported_by in ('ingestion', 'agent', 'pipelines'));
create unique index losses_pipelines_key on governance.losses (report_key, reason) where reported_by = 'pipelines';
"""


def upgrade() -> None:
    op.execute(LOSSES)
