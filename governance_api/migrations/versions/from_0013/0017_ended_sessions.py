"""When a session was ended: whoever still shows it is told from somebody who made one up."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table governance.access_tokens add column ended_at timestamptz")
