"""Keys by which logins compare, accounts without a password, sessions, and where accounts signed in from."""

from alembic import op
from sqlalchemy import Connection, text

from governance_api.security.logins import login_key

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None

ACCOUNTS = """
alter table governance.accounts
    alter column password_hash drop not null,
    add column openid_issuer text,
    add column openid_subject text,
    add unique (openid_issuer, openid_subject);
"""

SESSIONS = """
alter table governance.access_tokens
    alter column expires_at drop not null,
    add column kind text not null default 'token' check (kind in ('token', 'browser', 'service')),
    add column last_used_at timestamptz not null default now(),
    add column address text not null default '',
    add column client text not null default '',
    add check (kind = 'service' or expires_at is not null);
alter table governance.access_tokens
    alter column kind drop default, alter column last_used_at drop default,
    alter column address drop default, alter column client drop default;
create index access_tokens_account_index on governance.access_tokens (account_id);
"""

#: Failures were counted by `lower(login)` until now, and per address whatever the login.
ATTEMPTS = """
delete from governance.sign_in_failures;
drop index governance.sign_in_failures_address_index;
alter table governance.sign_in_failures rename column login to login_key;

create table governance.known_addresses (
    account_id integer not null references governance.accounts on delete cascade,
    address text not null,
    last_signed_in_at timestamptz not null,
    primary key (account_id, address)
);
"""


def upgrade() -> None:
    connection = op.get_bind()
    for table, key in (("accounts", "account_id"), ("workstation_users", "workstation_user_id")):
        op.execute(f"alter table governance.{table} add column login_key text")
        _fill_keys(connection, table, key)
        op.execute(f"drop index governance.{table}_login_key")
        op.execute(f"alter table governance.{table} alter column login_key set not null, add unique (login_key)")
    op.execute(ACCOUNTS)
    op.execute(SESSIONS)
    op.execute(ATTEMPTS)


def _fill_keys(connection: Connection, table: str, key: str) -> None:
    """Two rows whose logins now are one must be told apart by somebody who knows them."""
    taken: dict[str, str] = {}
    for row in connection.execute(text(f"select {key}, login from governance.{table} order by 1")).all():
        folded = login_key(row.login)
        if folded in taken:
            raise ValueError(
                f"The logins {taken[folded]!r} and {row.login!r} in governance.{table} are the same from this version "
                "on: rename one of them in the database, then upgrade again."
            )
        taken[folded] = row.login
        statement = text(f"update governance.{table} set login_key = :folded where {key} = :key")
        connection.execute(statement, {"folded": folded, "key": row[0]})
