"""The time zones that were registered for a person before: days that have begun keep the zone they began in."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FORMER_TIME_ZONES = """
create table governance.former_time_zones (
    workstation_user_id integer not null references governance.workstation_users,
    ended_at timestamptz not null,
    time_zone text not null,
    primary key (workstation_user_id, ended_at)
);
"""


def upgrade() -> None:
    op.execute(FORMER_TIME_ZONES)
