"""What `up` refuses before it starts anything, and what it leaves alone."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from standalone.commands.starting import Starting
from standalone.errors import PortTakenError, StandaloneError
from standalone.ports import free_port
from standalone.processes.supervision import Supervision
from standalone.settings import Settings, settings_from_environment
from standalone.timeline import Timeline

PORTS = ("API", "DAGSTER", "SUPERSET", "POSTGRES")


def _settings(home: Path, **ports: int) -> Settings:
    environment = {"TASK_MINING_HOME": str(home)}
    environment |= {f"TASK_MINING_{name}_PORT": str(ports.get(name) or free_port()) for name in PORTS}
    return settings_from_environment(environment)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    settings = _settings(tmp_path)
    yield settings
    Supervision(settings).shut_down()


@pytest.mark.parametrize("name", PORTS)
def test_a_taken_port_is_named_with_the_variable_and_nothing_is_started(tmp_path: Path, name: str) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        settings = _settings(tmp_path, **{name: holder.getsockname()[1]})
        with pytest.raises(PortTakenError, match=f"set TASK_MINING_{name}_PORT to a port that is free"):
            Starting(settings, Timeline()).start_supervisor()
    assert not Supervision(settings).is_running()


def test_a_second_start_of_the_supervisor_is_harmless(settings: Settings) -> None:
    Starting(settings, Timeline()).start_supervisor()
    before = (settings.home / "supervisord.pid").read_text()
    Starting(settings, Timeline()).start_supervisor()
    assert (settings.home / "supervisord.pid").read_text() == before


def test_other_settings_than_those_that_run_are_refused(settings: Settings) -> None:
    Starting(settings, Timeline()).start_supervisor()
    with pytest.raises(StandaloneError, match="run `task-mining down` first"):
        Starting(_settings(settings.home), Timeline()).start_supervisor()
