"""Makes the roles of `domain.database_roles`, each with its own password, as the account that sets the server up.

That account needs no superuser: `create role`, `create database` and PostgreSQL 16 are enough.
"""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from domain.database_roles import DatabaseRole
from standalone.errors import StandaloneError

OLDEST_SERVER = 160_000
STATEMENT_TIMEOUT = "30s"

#: Which database a role signs in to: the product's own, or the one that Superset or Dagster keeps for itself.
MADE_IN = dict.fromkeys(DatabaseRole, "task_mining") | {
    DatabaseRole.SUPERSET: "superset",
    DatabaseRole.DAGSTER: "dagster",
}
WITH_PASSWORD = tuple(role for role in DatabaseRole if role is not DatabaseRole.VIEWERS)
READERS = (DatabaseRole.DEPLOYMENT, DatabaseRole.NOBODY, DatabaseRole.SIGN_IN)
#: Beyond signing in. The owner makes the roles that accounts look with, and administers those alone.
ATTRIBUTES = {DatabaseRole.OWNER: "login createrole", DatabaseRole.VIEWERS: "nologin"}
SETTINGS = {
    DatabaseRole.DEPLOYMENT: {"default_transaction_read_only": "on"},
    DatabaseRole.NOBODY: {"default_transaction_read_only": "on"},
}


def ensure_roles(connection: psycopg.Connection, passwords: Mapping[DatabaseRole, str]) -> None:
    """Creates what is missing and gives every role its password anew. Raises StandaloneError where that is no use."""
    if connection.info.server_version < OLDEST_SERVER:
        raise StandaloneError(
            f"The PostgreSQL server is too old ({connection.info.parameter_status('server_version')}): "
            "use release 16 or a newer one."
        )
    attributes = {
        name: (is_superuser, reaches_all)
        for name, is_superuser, reaches_all in connection.execute(
            "select rolname, rolsuper, rolbypassrls from pg_roles"
        )
    }
    for role in DatabaseRole:
        name = sql.Identifier(role)
        if role not in attributes:
            connection.execute(sql.SQL("create role {} " + ATTRIBUTES.get(role, "login")).format(name))
        elif any(attributes[role]):
            raise StandaloneError(
                f"The role {role} is a superuser or may bypass row-level security: "
                f'run `alter role "{role}" nosuperuser nobypassrls` as a superuser, then `task-mining up` again.'
            )
    _let_us_act_for_them(connection)
    for role, password in passwords.items():
        verifier = sql.Literal(scram_verifier(connection, role, password))
        connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(role), verifier))
    for role in READERS:
        settings = {"statement_timeout": STATEMENT_TIMEOUT, "search_path": "marts"} | SETTINGS.get(role, {})
        for setting, value in settings.items():
            change = sql.SQL("alter role {} set {} = {}")
            connection.execute(change.format(sql.Identifier(role), sql.Identifier(setting), sql.Literal(value)))
    for statement in (
        "grant {viewers} to {owner} with admin true, inherit false, set false",
        "grant {viewers} to {nobody} with inherit true, set false",
    ):
        connection.execute(_naming_roles(statement))


def scram_verifier(connection: psycopg.Connection, login: str, password: str) -> str:
    """What the server stores of a password: the password itself is in no statement, and so in no log."""
    return connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()


def with_login(database_url: str, *, login: str, password: str, database: str) -> str:
    """The same server, and its options such as `sslmode`, through another role's eyes."""
    parts = urlsplit(database_url)
    address = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{login}:{quote(password, safe='')}@{address}", path=f"/{database}"))


def _naming_roles(statement: str) -> sql.Composed:
    return sql.SQL(statement).format(**{role.name.lower(): sql.Identifier(role) for role in DatabaseRole})


def _let_us_act_for_them(connection: psycopg.Connection) -> None:
    """Whoever creates a role may administer it, but not yet act in its name; a superuser may anyway."""
    (is_superuser,) = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() or (
        False,
    )
    if is_superuser:
        return
    for role in DatabaseRole:
        grant = sql.SQL("grant {} to current_user with inherit true, set true").format(sql.Identifier(role))
        connection.execute(grant)
