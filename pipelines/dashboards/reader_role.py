"""Makes the PostgreSQL role that Superset reads with: schema marts only, read only, with a statement timeout."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from pipelines.dashboards.errors import DashboardsError

STATEMENT_TIMEOUT = "30s"

_ROLE_STATEMENTS = (
    "alter role {role} with login password {password} nosuperuser nocreatedb nocreaterole noreplication",
    "alter role {role} set statement_timeout = {timeout}",
    "alter role {role} set default_transaction_read_only = on",
    "alter role {role} set search_path = marts",
    "create schema if not exists marts",
    "grant usage on schema marts to {role}",
    "grant select on all tables in schema marts to {role}",
    # Tables that the publishing role creates later are readable from their first moment.
    "alter default privileges in schema marts grant select on tables to {role}",
)


def ensure_reader_role(*, admin_url: str, reader_url: str) -> None:
    """Create or mend the role named in `reader_url`, as the role of `admin_url`, which publishes the marts."""
    parts = urlsplit(reader_url)
    if not parts.username or not parts.password:
        raise DashboardsError(
            "TASK_MINING_DASHBOARDS_DATABASE_URL names no login or no password; write it as "
            "postgresql://dashboards_reader:password@host:port/database."
        )
    role, password = unquote(parts.username), unquote(parts.password)
    with psycopg.connect(admin_url) as connection:
        known = connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
        if known is None:
            connection.execute(sql.SQL("create role {}").format(sql.Identifier(role)))
        for statement in _ROLE_STATEMENTS:
            connection.execute(
                sql.SQL(statement).format(
                    role=sql.Identifier(role), password=sql.Literal(password), timeout=sql.Literal(STATEMENT_TIMEOUT)
                )
            )
