"""Creates the databases and the read-only role that the processes need; tables come from their migrations."""

import psycopg
from psycopg import sql

from pipelines.dashboards.reader_role import ensure_reader_role
from standalone.errors import StandaloneError
from standalone.processes.supervised import dashboards_database_url
from standalone.settings import Settings

DATABASES = ("task_mining", "dagster", "superset")


def ensure_databases(settings: Settings) -> None:
    """Creates what is missing; harmless when nothing is. Raises StandaloneError when a given server refuses."""
    address = settings.database_url if settings.given_database_url else settings.postgres.url()
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            existing = {name for (name,) in connection.execute("select datname from pg_database")}
            for name in DATABASES:
                if name not in existing:
                    connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        ensure_reader_role(admin_url=settings.database_url, reader_url=dashboards_database_url(settings))
    except psycopg.Error as error:
        raise StandaloneError(
            f"The databases {', '.join(DATABASES)} could not be made ready ({str(error).strip()}): check "
            "TASK_MINING_DATABASE_URL, and let its role create databases and roles."
        ) from error
