"""Two projects in the marts of a database with all roles of the product, and accounts that look at them."""

import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg

from domain.database_roles import DatabaseRole
from governance_api.database import build_engine
from governance_api.migrations.privileges import grant_privileges
from pipelines.publishing.row_policies import close_tables
from pipelines.publishing.tables import MartTable, read_mart_tables
from standalone.postgres.databases import SCHEMA_OWNERS, USES_TEMPORARY_TABLES
from standalone.postgres.functions import revoke_functions
from standalone.postgres.roles import WITH_PASSWORD, ensure_roles, scram_verifier, with_login

COLUMNS = """
    select column_name, data_type from information_schema.columns where table_schema = 'marts' and table_name = %s
"""
OWN, FOREIGN = 1, 2
OWN_TEXT, SECRET = "Own project", "Foreign project"
TABLE = next(table for table in read_mart_tables() if table.name == "overall_activity_days")


@dataclass(frozen=True)
class IsolatedMarts:
    """`database_url` is the superuser's."""

    database_url: str

    def arrange(self) -> None:
        """As `task-mining up` leaves a database, with project OWN shared with stella, and FOREIGN with nobody."""
        with self.superuser() as connection:
            ensure_roles(connection, dict.fromkeys(WITH_PASSWORD, "known"))
            database = connection.info.dbname
            connection.execute(f'revoke all on database "{database}" from public')
            for role in DatabaseRole:
                connection.execute(f'grant connect on database "{database}" to {role}')
            for role in USES_TEMPORARY_TABLES:
                connection.execute(f'grant temporary on database "{database}" to {role}')
            connection.execute("create schema marts")
            for schema, owner in SCHEMA_OWNERS.items():
                connection.execute(f"alter schema {schema} owner to {owner}")
            connection.execute(f"grant usage on schema marts to {', '.join(DatabaseRole)}")
            revoke_functions(connection)
            for statement in GOVERNED:
                connection.execute(statement)
        engine = build_engine(self.database_url)
        with engine.begin() as granting:
            grant_privileges(granting)
        engine.dispose()
        self.publish()

    def publish(self, table: MartTable = TABLE) -> None:
        """The tables, their policies and a row of each project, as the role that publishes."""
        with (
            self.sign_in(DatabaseRole.PIPELINES) as connection,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            existing: dict[str, str] = dict(cursor.execute(COLUMNS, [table.name]).fetchall())
            for statement in table.migration_sql(existing):
                cursor.execute(statement.encode())
            close_tables(cursor, [table])
            rows = [(OWN, OWN_TEXT, "an own alias"), (FOREIGN, SECRET, "a foreign alias")]
            cursor.executemany(
                f"insert into marts.{table.name} (project_id, project_name, alias) values (%s, %s, %s)", rows
            )

    def superuser(self) -> psycopg.Connection:
        return psycopg.connect(self.database_url, autocommit=True)

    def sign_in(self, role: str, *, password: str = "known") -> psycopg.Connection:
        database = urlsplit(self.database_url).path.removeprefix("/")
        url = with_login(self.database_url, login=role, password=password, database=database)
        return psycopg.connect(url, autocommit=True)

    def open_viewer(self, login: str) -> str:
        """The role of an account, made as Superset's sign-in makes it."""
        role = viewer_name(self.database_url, login)
        with self.sign_in(DatabaseRole.SIGN_IN) as superset:
            verifier = scram_verifier(superset, role, "known")
            superset.execute("select access.open_viewer(%s, %s::name, %s)", [login, role, verifier])
        return role


def viewer_name(database_url: str, login: str) -> str:
    """Roles belong to the whole server, accounts to one database: hence a name of both."""
    return f"viewer_{hashlib.sha256(f'{urlsplit(database_url).path} {login}'.encode()).hexdigest()[:32]}"


_PROJECT = """insert into governance.projects (project_id, name, starts_on, ends_on, goals, collection_cadence,
    anonymization_level, alias_key, created_by) values ({}, '{}', '2026-03-02', '2026-03-13', '{{overall_activity}}',
    'continuous', 'login_name', sha256('x'), 1)"""
GOVERNED = (
    *(
        "insert into governance.accounts (account_id, login, login_key, display_name) "
        f"values ({number}, '{login}', '{login}', '{login}')"
        for number, login in enumerate(("ada", "stella", "greta", "adam"), start=1)
    ),
    "insert into governance.account_roles values (1, 'analyst'), (2, 'stakeholder'), (3, 'guardian'), (4, 'admin')",
    _PROJECT.format(OWN, OWN_TEXT),
    _PROJECT.format(FOREIGN, SECRET),
    f"insert into governance.project_shares (project_id, account_id, permission) values ({OWN}, 2, 'view')",
)
