"""The programs whose content is told by name: what people were asked with is frozen with the other terms.

Requests filed before were asked without: nobody knows what their approvals showed.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NAMED_CONTENT = """
alter table governance.data_requests
add column applications_with_named_content text[] not null default '{}';
"""


def upgrade() -> None:
    op.execute(NAMED_CONTENT)
