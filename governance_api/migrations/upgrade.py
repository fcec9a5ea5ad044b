"""Brings a database to the newest revision; a second call, or one at the same time, is harmless."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from governance_api.migrations.privileges import grant_privileges
from governance_api.migrations.seed import seed

LOCK = "select pg_advisory_lock(hashtextextended('governance migrations', 0))"
UNLOCK = "select pg_advisory_unlock(hashtextextended('governance migrations', 0))"


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("recursive_version_locations", "true")
    return config


def upgrade(engine: Engine, *, revision: str = "head") -> None:
    """Applies every missing revision, each in its own transaction, then fills in what must exist and grants it."""
    with engine.connect() as guard:
        guard.execute(text(LOCK))
        try:
            with engine.connect() as connection:
                config = configuration()
                config.attributes["connection"] = connection
                command.upgrade(config, revision)
                connection.commit()
            seed(engine)
            with engine.begin() as connection:
                grant_privileges(connection)
        finally:
            guard.execute(text(UNLOCK))
