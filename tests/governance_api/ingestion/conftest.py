"""The ingestion service in one process, on a migrated database and an empty lake of its own.

What the tests put in stands in `builders`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from governance_api.ingestion.routes import build_router
from tests.governance_api.ingestion.builders import NOW, Agent, Client, Database, Service, application


@pytest.fixture
def database(database_url: str) -> Database:
    return Database(database_url)


@pytest.fixture
def agent(database: Database) -> Agent:
    """An installed agent whose person has approved and consented."""
    return Agent(database).collecting()


@pytest.fixture
def service(engine: Engine, tmp_path: Path) -> Iterator[Service]:
    router, ingestion = build_router(engine, tmp_path, clock=lambda: NOW)
    ingestion.start()
    client = Client(application(router))
    yield Service(client, ingestion, tmp_path)
    client.close()
    ingestion.stop()
