"""Receipts and landings are found by their age, so that old ones can go."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create index batch_receipts_received_index on governance.batch_receipts (received_at)")
    op.execute("create index landings_landed_index on governance.landings (landed_at)")
