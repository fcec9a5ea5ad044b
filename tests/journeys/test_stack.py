"""Everything on one machine, as a person would run it: demo, status, a second up, import again, export, down.

The figures that the demonstration compares are the product's own; here it matters that the command brings them about.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from standalone.ports import free_port, is_port_open
from standalone.settings import CHECKOUT, Settings, settings_from_environment
from standalone.supervision import MARK, Supervision

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]

PORTS = ("API", "DAGSTER", "SUPERSET", "POSTGRES", "CODE_SERVER")


class Machine:
    """The command `task-mining` with a state folder and ports of its own."""

    def __init__(self, home: Path) -> None:
        self.environment = {"TASK_MINING_HOME": str(home)}
        self.environment |= {f"TASK_MINING_{name}_PORT": str(free_port()) for name in PORTS}

    @property
    def settings(self) -> Settings:
        return settings_from_environment(os.environ | self.environment)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("task-mining")), *arguments]
        environment = os.environ | self.environment
        return subprocess.run(command, check=False, capture_output=True, text=True, cwd=CHECKOUT, env=environment)

    def processes(self) -> dict[str, int]:
        return {name: state.process_id for name, state in Supervision(self.settings).states().items()}

    def leftovers(self) -> list[psutil.Process]:
        return [process for process in psutil.process_iter() if _carries_mark(process, self.environment)]


def _carries_mark(process: psutil.Process, environment: dict[str, str]) -> bool:
    try:
        return process.environ().get(MARK) == environment["TASK_MINING_HOME"]
    except psutil.Error:
        return False


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    machine = Machine(tmp_path_factory.mktemp("machine"))
    told = machine.run("demo", "--people-per-team", "1", "--working-days", "2")
    try:
        assert told.returncode == 0, told.stdout + told.stderr
        (machine.settings.home / "told").write_text(told.stdout)
        yield machine
    finally:
        machine.run("down")


def test_the_demo_tells_what_it_found_and_where_to_look(machine: Machine) -> None:
    told = (machine.settings.home / "told").read_text()
    assert "NOT EXPLAINED" not in told
    for words in ("figures compared with the truth", "Where the time went", machine.settings.superset_url, "stella"):
        assert words in told


def test_every_process_is_well(machine: Machine) -> None:
    status = machine.run("status")
    assert status.returncode == 0, status.stdout


def test_a_second_up_changes_nothing(machine: Machine) -> None:
    before = machine.processes()
    assert machine.run("up").returncode == 0
    assert machine.processes() == before


def test_an_export_holds_the_published_tables(machine: Machine, tmp_path: Path) -> None:
    exported = machine.run("export", "Service operations", "--format", "parquet", "--into", str(tmp_path))
    assert exported.returncode == 0, exported.stderr
    assert (tmp_path / "service_operations" / "overall_activity_days.parquet").exists()


@pytest.mark.recordings
def test_importing_a_recording_twice_stores_nothing_twice(machine: Machine) -> None:
    recording = machine.settings.recordings / "StudentRecord.csv"
    if not recording.exists():
        pytest.skip(f"NO REAL RECORDINGS: {recording} is not there; set TASK_MINING_RECORDINGS to their folder")
    again = machine.run("import", "--format", "action-logger", str(recording), "--workstation-user", "vleno")
    assert again.returncode == 0, again.stderr
    assert "= 0 accepted + 2,411 duplicate" in again.stdout


def test_an_import_without_agreement_is_refused_with_the_remedy(machine: Machine, tmp_path: Path) -> None:
    recording = tmp_path / "recording.csv"
    recording.write_text(
        "timeStamp,userID,targetApp,eventType,url,content\n2011-01-01T00:00:00.000Z,x,Chrome,copy,https://a.example,x\n"
    )
    refused = machine.run("import", "--format", "action-logger", str(recording), "--workstation-user", "vleno")
    assert refused.returncode == 1
    assert "file a data request for vleno over 2011-01-01 to 2011-01-01" in " ".join(refused.stderr.split())


def test_down_leaves_nothing_behind(machine: Machine) -> None:
    assert machine.run("down").returncode == 0
    assert not machine.leftovers()
    assert not [name for name in PORTS if is_port_open(int(machine.environment[f"TASK_MINING_{name}_PORT"]))]
    assert machine.run("status").returncode == 1
