"""Row-level security of the published tables: each account sees the rows of the projects it may see, and no other.

Tables are created, closed and only then opened for reading, in one transaction; a table that lost a policy, or gained
one, is closed and opened anew by the next publication. An account looks with a role of its own, and the policies go by
`session_user`, which no query can change; through views too, whoever owns them.
"""

from collections.abc import Sequence
from typing import Any

from domain.database_roles import DatabaseRole
from pipelines.publishing.tables import POSTGRES_TYPES, MartTable

OWN_PROJECTS, PUBLISHER, DEPLOYMENT = "rows_of_own_projects", "every_row_for_publisher", "every_row_for_deployment"
READERS = (DatabaseRole.VIEWERS, DatabaseRole.NOBODY, DatabaseRole.DEPLOYMENT)

_READERS = tuple(map(str, READERS))
_OPEN_OR_ODD = f"""
    select relname from pg_class
    where relnamespace = 'marts'::regnamespace and relkind in ('r', 'p') and not (
        relrowsecurity and relforcerowsecurity
        and {{policies}} = (
            select array_agg(polname::text order by polname) from pg_policy where polrelid = pg_class.oid
        )
        and exists (
            select from pg_policy, pg_roles
            where polrelid = pg_class.oid and polname = '{PUBLISHER}'
                and rolname = current_user and polroles = array[pg_roles.oid]
        )
        and not exists (
            select from pg_attribute
            where attrelid = pg_class.oid and attnum > 0 and not attisdropped and attstattarget is distinct from 0
        )
        and not exists (
            select from pg_roles
            where rolname in {_READERS} and not has_table_privilege(pg_roles.oid, pg_class.oid, 'select')
        )
    )
"""


def close_tables(cursor: Any, tables: Sequence[MartTable]) -> None:
    """Makes the policies of these tables what they must be, in the cursor's transaction; no DDL when they are."""
    readers = _all(cursor, f"select rolname from pg_roles where rolname in {_READERS}")
    publisher = _all(cursor, "select current_user")[0]
    names = sorted([OWN_PROJECTS, PUBLISHER, *([DEPLOYMENT] if DatabaseRole.DEPLOYMENT in readers else [])])
    query = _OPEN_OR_ODD.format(policies="array[" + ", ".join(f"'{name}'" for name in names) + "]")
    wanting = set(_all(cursor, query))
    for table in tables:
        if table.name in wanting:
            name = f"marts.{table.name}"
            drop_policies(cursor, name)
            cursor.execute(_without_statistics(cursor, table))
            for statement in _closing(name, publisher=publisher, readers=readers):
                cursor.execute(statement)


def drop_policies(cursor: Any, table: str) -> None:
    """Before a column changes its type, which a policy on it forbids. Without policies a closed table shows no row."""
    for name in _all(cursor, f"select polname from pg_policy where polrelid = to_regclass('{table}')"):
        cursor.execute(f"drop policy {_quoted(name)} on {table}")


def _without_statistics(cursor: Any, table: MartTable) -> str:
    """The planner's estimates would tell everybody how often a value stands in rows that are not theirs.

    Naming the type again, which copies nothing, also drops what was counted before.
    """
    types = {column.name: POSTGRES_TYPES[column.data_type] for column in table.columns}
    query = f"select attname from pg_attribute where attrelid = 'marts.{table.name}'::regclass and attnum > 0"
    columns = _all(cursor, f"{query} and not attisdropped")
    again = [f"alter column {_quoted(name)} type {types[name]}" for name in columns if name in types]
    never = [f"alter column {_quoted(name)} set statistics 0" for name in columns]
    return f"alter table marts.{table.name} {', '.join([*again, *never])}"


def _closing(table: str, *, publisher: str, readers: Sequence[str]) -> list[str]:
    """The statements in their order: shut, policies, and only then who may read."""
    everybody = [(PUBLISHER, publisher)]
    if DatabaseRole.DEPLOYMENT in readers:
        everybody.append((DEPLOYMENT, DatabaseRole.DEPLOYMENT))
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy {OWN_PROJECTS} on {table} for select"
        " using (project_id = any ((select access.my_projects())::integer[]))",
        # by name of the one who signed in: a view of the owner's is read by others with the owner's rights
        *(
            f"create policy {policy} on {table} to {_quoted(role)}"
            f" using (session_user = {_literal(role)}) with check (session_user = {_literal(role)})"
            for policy, role in everybody
        ),
        *(f"grant select on {table} to {_quoted(role)}" for role in readers),
    ]


def _all(cursor: Any, query: str) -> list[str]:
    cursor.execute(query)
    return [str(value) for (value,) in cursor.fetchall()]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
