"""Creates the databases and roles that the processes need, and gives each what it owns; tables come from migrations.

What an earlier release left to the superuser changes hands here.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from domain.database_roles import DatabaseRole
from standalone.errors import StandaloneError
from standalone.postgres.functions import revoke_functions
from standalone.postgres.roles import MADE_IN, WITH_PASSWORD, ensure_roles
from standalone.settings import Settings

OWNERS = {
    "task_mining": DatabaseRole.OWNER,
    "superset": DatabaseRole.SUPERSET,
    "dagster": DatabaseRole.DAGSTER,
}
#: Who may enter the product's own database; the two others admit their owner only.
ADMITTED = tuple(role for role, database in MADE_IN.items() if database == "task_mining")
SCHEMA_OWNERS = {"governance": DatabaseRole.OWNER, "access": DatabaseRole.OWNER, "marts": DatabaseRole.PIPELINES}
#: Temporary tables: publishing fills them. Nobody else makes any.
USES_TEMPORARY_TABLES = (DatabaseRole.PIPELINES,)

_STRANGERS = """
    select kind, name from (
        select
            case relkind
                when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table'
            end as kind,
            format('%%s.%%I', relnamespace::regnamespace, relname) as name, relowner as owner
        from pg_class
        where relnamespace = to_regnamespace(%(schema)s) and relkind in ('r', 'p', 'v', 'm', 'S')
            and not exists (
                select from pg_depend
                where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype in ('a', 'i')
            )
        union all
        select 'routine', oid::regprocedure::text, proowner from pg_proc
        where pronamespace = to_regnamespace(%(schema)s)
        union all
        select 'type', format('%%s.%%I', typnamespace::regnamespace, typname), typowner from pg_type
        where typnamespace = to_regnamespace(%(schema)s) and typtype in ('e', 'd')
        union all
        select 'schema', quote_ident(nspname), nspowner from pg_namespace
        where oid = to_regnamespace(%(schema)s) and nspname <> 'public'
    ) as owned
    where owner <> %(owner)s::regrole
"""


def ensure_databases(settings: Settings) -> None:
    """Creates what is missing; harmless when nothing is. Raises StandaloneError when a given server refuses."""
    try:
        with _entered(settings.setting_up_url) as connection:
            ensure_roles(connection, {role: settings.database_password(role) for role in WITH_PASSWORD})
            existing = {name for (name,) in connection.execute("select datname from pg_database")}
            for database, owner in OWNERS.items():
                name = sql.Identifier(settings.database_name(database))
                if settings.database_name(database) not in existing:
                    connection.execute(sql.SQL("create database {}").format(name))
                connection.execute(sql.SQL("alter database {} owner to {}").format(name, sql.Identifier(owner)))
        for database, owner in OWNERS.items():
            with _entered(settings.setting_up_url_of(database)) as connection:
                _run(connection, "revoke all on database {} from public", settings.database_name(database))
                if database == "task_mining":
                    _arrange(connection, settings.database_name(database))
                    revoke_functions(connection)
                else:
                    _hand_over(connection, "public", owner)
    except psycopg.Error as error:
        raise StandaloneError(
            f"The databases {', '.join(OWNERS)} could not be made ready ({str(error).strip()}): check "
            "TASK_MINING_DATABASE_URL, and let its account create roles and databases (standalone/README.md)."
        ) from error


def _arrange(connection: psycopg.Connection, database: str) -> None:
    """The product's own database: who enters it, and whose the schemas are."""
    for role in ADMITTED:
        _run(connection, "grant connect on database {} to {}", database, role)
    for role in USES_TEMPORARY_TABLES:
        _run(connection, "grant temporary on database {} to {}", database, role)
    # only who may create a schema may own one; afterwards the schema is enough
    _run(connection, "grant create on database {} to {}", database, DatabaseRole.PIPELINES)
    with _acting_for(connection, DatabaseRole.PIPELINES):
        _run(connection, "create schema if not exists marts")
    for schema, owner in SCHEMA_OWNERS.items():
        _hand_over(connection, schema, owner)
    _run(connection, "revoke create on database {} from {}", database, DatabaseRole.PIPELINES)
    with _acting_for(connection, DatabaseRole.PIPELINES):
        for role in (DatabaseRole.DEPLOYMENT, DatabaseRole.VIEWERS, DatabaseRole.NOBODY):
            _run(connection, "grant usage on schema marts to {}", role)


def _hand_over(connection: psycopg.Connection, schema: str, owner: DatabaseRole) -> None:
    """Everything in a schema that is not its owner's yet."""
    for kind, name in connection.execute(_STRANGERS, {"schema": schema, "owner": owner}).fetchall():
        change = sql.SQL("alter {} {} owner to {}")
        connection.execute(change.format(sql.SQL(kind), sql.SQL(name), sql.Identifier(owner)))


@contextmanager
def _acting_for(connection: psycopg.Connection, role: DatabaseRole) -> Iterator[None]:
    _run(connection, "set role {}", role)
    yield
    connection.execute("reset role")


@contextmanager
def _entered(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def _run(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
