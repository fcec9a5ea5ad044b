"""What a batch held, as a hash, so that another batch under its key is not taken for it."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table governance.batch_receipts add column content_hash bytea")
