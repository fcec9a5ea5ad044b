"""A running governance API for one journey, with nothing in it."""

from collections.abc import Iterator

import pytest

from tests.journeys.running_api import RunningApi


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[RunningApi]:
    running = RunningApi(home=tmp_path_factory.mktemp("home"), database_url=database_url)
    running.start()
    try:
        yield running
    finally:
        running.stop()
