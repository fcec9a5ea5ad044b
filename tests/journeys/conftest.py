"""What journeys start from: a running governance API with nothing in it, a whole machine after its demonstration."""

from collections.abc import Iterator

import pytest

from tests.journeys.machine import Machine
from tests.journeys.running_api import RunningApi


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[RunningApi]:
    running = RunningApi(home=tmp_path_factory.mktemp("home"), database_url=database_url)
    running.start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    machine = Machine(tmp_path_factory.mktemp("machine"))
    try:
        machine.demonstrate()
        yield machine
    finally:
        machine.run("down")


@pytest.fixture(scope="module")
def machine(demonstrated: Machine) -> Machine:
    """A second `up` is harmless: the journey before may have ended with `down`."""
    up = demonstrated.run("up")
    assert up.returncode == 0, up.stderr
    return demonstrated
