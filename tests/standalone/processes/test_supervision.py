"""supervisord as we drive it: starting twice is harmless, a dead process comes back, and nothing is left behind."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from pipelines.project_files import ROOT
from standalone.errors import ProcessDiedError
from standalone.ports import free_port, is_port_open
from standalone.processes.configuration_files import write_configuration_files
from standalone.processes.health import is_healthy
from standalone.processes.supervised import SupervisedProcess
from standalone.processes.supervision import MARK, Supervision
from standalone.settings import Settings, settings_from_environment


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "it did not come true within 120 s"
        time.sleep(0.05)


def _web_server(name: str = "web") -> SupervisedProcess:
    port = free_port()
    command = (sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(ROOT), str(port))
    return SupervisedProcess(
        name=name, title="Web", command=command, port=port, health_url=f"http://127.0.0.1:{port}/README.md"
    )


def _marked_processes(home: Path) -> list[int]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(home) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_from_environment({"TASK_MINING_HOME": str(tmp_path / "home")})


@pytest.fixture
def web() -> SupervisedProcess:
    return _web_server()


@pytest.fixture
def supervision(settings: Settings, web: SupervisedProcess) -> Iterator[Supervision]:
    broken = SupervisedProcess(
        name="broken", title="Broken", command=("/bin/sh", "-c", "echo no such luck; exit 3"), port=None
    )
    write_configuration_files(settings, (web, broken))
    supervision = Supervision(settings)
    supervision.start_supervisor()
    yield supervision
    supervision.shut_down()
    assert not _marked_processes(settings.home)


def test_a_process_starts_answers_and_leaves_nothing_behind(
    supervision: Supervision, web: SupervisedProcess, settings: Settings
) -> None:
    assert not is_healthy(web, settings)
    supervision.start(web)
    supervision.start(web)
    _wait_until(lambda: is_healthy(web, settings))
    assert supervision.states()["web"].process_id in _marked_processes(settings.home)
    supervision.shut_down()
    assert not _marked_processes(settings.home)
    assert not is_port_open(web.port or 0)
    supervision.shut_down()


def test_a_killed_process_comes_back(supervision: Supervision, web: SupervisedProcess, settings: Settings) -> None:
    supervision.start(web)
    _wait_until(lambda: is_healthy(web, settings))
    before = supervision.states()["web"].process_id
    os.kill(before, signal.SIGKILL)
    _wait_until(lambda: supervision.states()["web"].process_id not in {0, before} and is_healthy(web, settings))


def test_what_a_killed_supervisor_left_is_ended(
    supervision: Supervision, web: SupervisedProcess, settings: Settings
) -> None:
    supervision.start(web)
    _wait_until(lambda: is_healthy(web, settings))
    supervisor = int((settings.home / "supervisord.pid").read_text())
    os.kill(supervisor, signal.SIGKILL)
    _wait_until(lambda: not supervision.is_running())
    assert is_port_open(web.port or 0)
    supervision.shut_down()
    assert not _marked_processes(settings.home)


def test_a_process_that_will_not_start_is_named_with_its_last_words(
    supervision: Supervision, settings: Settings
) -> None:
    broken = SupervisedProcess(name="broken", title="Broken", command=(), port=None)
    try:
        supervision.start(broken)
    except ProcessDiedError as error:  # on a busy machine it has ended before supervisord answers
        death = error
    else:
        _wait_until(lambda: "no such luck" in (settings.logs / "broken.log").read_text())
        death = supervision.death(broken)
    assert str(death).startswith('Broken did not start (it said: "no such luck"): read ')
