"""Takes from everybody the functions of PostgreSQL that run SQL given as text, reach files, or disturb others.

None of them is needed for a chart. Row-level security holds without this; it is one more door. The functions belong to
the superuser, so on a server where we are none the installer runs these statements, or does without.
"""

import psycopg
from psycopg import sql

from domain.database_roles import DatabaseRole

#: Patterns of `like` over names in pg_catalog; every overload is meant.
PATTERNS = (
    "ts\\_rewrite",
    "ts\\_stat",
    "query\\_to\\_xml%",
    "table\\_to\\_xml%",
    "cursor\\_to\\_xml%",
    "schema\\_to\\_xml%",
    "database\\_to\\_xml%",
    "lo\\_%",
    "lowrite",
    "loread",
    "pg\\_notify",
    "pg\\_sleep%",
    "pg\\_advisory%",
    "pg\\_try\\_advisory%",
    "pg\\_export\\_snapshot",
    "pg\\_logical\\_emit\\_message",
    "pg\\_stat\\_get\\_activity",
    "pg\\_lock\\_status",
    "pg\\_cancel\\_backend",
    "pg\\_terminate\\_backend",
    "set\\_config",
)
#: Own uses: a lock for one deployment, one migration, one audit entry at a time; Dagster waits and notifies.
KEEPERS = {
    "pg\\_advisory%": (DatabaseRole.OWNER, DatabaseRole.API, DatabaseRole.PIPELINES, DatabaseRole.DEPLOYMENT),
    "pg\\_try\\_advisory%": (DatabaseRole.OWNER, DatabaseRole.API, DatabaseRole.PIPELINES, DatabaseRole.DEPLOYMENT),
}
_FOUND = """
    select oid::regprocedure::text from pg_proc
    where pronamespace = 'pg_catalog'::regnamespace and proname like %s and prokind = 'f'
    order by 1
"""


def revoke_functions(connection: psycopg.Connection) -> bool:
    """In the database of the connection; rights on functions are kept per database. False: only a superuser may."""
    row = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    if row is None or not row[0]:
        return False
    for pattern in PATTERNS:
        for (function,) in connection.execute(_FOUND, [pattern]).fetchall():
            connection.execute(
                sql.SQL("revoke execute on function pg_catalog.{} from public").format(sql.SQL(function))
            )
            for role in KEEPERS.get(pattern, ()):
                grant = sql.SQL("grant execute on function pg_catalog.{} to {}")
                connection.execute(grant.format(sql.SQL(function), sql.Identifier(role)))
    return True
