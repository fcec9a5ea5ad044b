"""Stores Dagster's runs and events in PostgreSQL over a pool of connections that stay open.

Dagster's own class opens a connection per query, twenty a second when nothing happens; on one machine that was a fifth
of all CPU of the demonstration. Tables and contents are Dagster's own.
"""

from functools import cache
from threading import Lock
from typing import Any

from dagster_postgres import DagsterPostgresStorage
from dagster_postgres.utils import pg_url_from_config
from sqlalchemy import Engine, create_engine

_CREATION = Lock()


class PooledPostgresStorage(DagsterPostgresStorage):
    """Named in dagster.yaml. All instances of one process share one pool; the first of them makes the tables."""

    def __init__(self, postgres_url: str, should_autocreate_tables: bool = True, inst_data: Any = None) -> None:
        with _CREATION:
            is_first = _engine.cache_info().currsize == 0
            super().__init__(postgres_url, should_autocreate_tables and is_first, inst_data)
            for storage in (self._run_storage, self._event_log_storage, self._schedule_storage):
                storage._engine = _engine(postgres_url)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "PooledPostgresStorage":
        return cls(
            pg_url_from_config(config_value), config_value.get("should_autocreate_tables", True), inst_data=inst_data
        )


@cache
def _engine(postgres_url: str) -> Engine:
    """A kept connection is tried before it is used: the server may have been restarted meanwhile."""
    return create_engine(postgres_url, isolation_level="AUTOCOMMIT", pool_size=4, max_overflow=60, pool_pre_ping=True)
