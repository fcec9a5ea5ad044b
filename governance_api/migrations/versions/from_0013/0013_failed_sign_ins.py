"""Counts of failed sign-ins, from which the audit log is told."""

from alembic import op

revision = "0013"
down_revision = "0008"
branch_labels = None
depends_on = None

FAILED_SIGN_INS = """
create table governance.failed_sign_ins (
    way_in text not null,
    account text not null,
    address text not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    failed_count integer not null,
    told_count integer not null,
    primary key (way_in, account, address)
);
"""


def upgrade() -> None:
    op.execute(FAILED_SIGN_INS)
