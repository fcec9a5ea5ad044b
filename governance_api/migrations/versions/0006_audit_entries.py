"""The audit log: entries can be added, never changed or taken away, not even by the owner's SQL."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AUDIT = """
create table governance.audit_entries (
    audit_entry_id bigserial primary key,
    occurred_at timestamptz not null,
    account_id integer references governance.accounts,
    agent_id integer references governance.agents,
    tag text not null,
    noun_id text not null,
    facts jsonb not null,
    previous_digest text not null,
    digest text not null unique
);
create index audit_entries_tag_index on governance.audit_entries (tag, audit_entry_id);

create function governance.forbid_change_of_audit_entries() returns trigger language plpgsql as $$
begin
    raise exception 'Audit entries are append-only: add a new entry that corrects the old one.';
end
$$;

create trigger audit_entries_are_append_only
before update or delete or truncate on governance.audit_entries
for each statement execute function governance.forbid_change_of_audit_entries();
"""


def upgrade() -> None:
    op.execute(AUDIT)
