"""Dagster's code server: runs are processes of their own, begin with everything imported, and end as ever."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import psutil
import pytest
from dagster._cli.job import execute_launch_command
from dagster._core.storage.dagster_run import FINISHED_STATUSES
from dagster_shared.cli import WorkspaceOpts

from tests.journeys.running_api import PATIENCE_SECONDS, wait_until

#: Where a shell started the tests in the background, SIGINT is ignored, and Dagster takes SIGTERM for the same.
SERVER = """
import signal
from standalone.dagster import code_server
signal.signal(signal.SIGINT, signal.default_int_handler)
code_server.NEEDED_BY_RUNS = ("slow",)
code_server.main()
"""
AT_ONCE: Any = {
    "run_coordinator": {"module": "dagster.core.run_coordinator", "class": "DefaultRunCoordinator"},
    "telemetry": {"enabled": False},
}
COUNTED = """
import os
from pathlib import Path

with Path(__file__).with_suffix(".imported").open("a") as imports:
    imports.write(f"{os.getpid()}\\n")
"""
JOBS = """
import sys
import time
import dagster as dg

@dg.op
def look():
    assert "slow" in sys.modules
    Path(__file__).with_name(str(os.getpid())).touch()

@dg.job
def looking():
    look()

@dg.op
def wait():
    Path(__file__).with_name(str(os.getpid())).touch()
    time.sleep(600)

@dg.job
def waiting():
    wait()

@dg.op
def die():
    os._exit(3)

@dg.job
def dying():
    die()

defs = dg.Definitions(jobs=[looking, waiting, dying], executor=dg.in_process_executor)
"""


@dataclass(frozen=True)
class CodeServer:
    """A running one, and where its modules write down what happens to them."""

    process: subprocess.Popen[bytes]
    folder: Path
    instance: dg.DagsterInstance

    def launch(self, job: str) -> str:
        workspace = WorkspaceOpts(workspace=(str(self.folder / "workspace.yaml"),))
        run = execute_launch_command(instance=self.instance, workspace_opts=workspace, job_name=job)
        return str(run.run_id)

    def status(self, run_id: str) -> dg.DagsterRunStatus:
        run = self.instance.get_run_by_id(run_id)
        assert run is not None
        return run.status

    def ended(self, run_id: str) -> dg.DagsterRunStatus:
        wait_until(lambda: self.status(run_id) in FINISHED_STATUSES, what="The end of a run")
        return self.status(run_id)

    def imports(self, module: str) -> list[int]:
        return [int(line) for line in (self.folder / f"{module}.imported").read_text().split()]

    def runs(self) -> set[int]:
        """The processes that came to the work of a job."""
        return {int(path.name) for path in self.folder.iterdir() if path.name.isdecimal()}


@contextmanager
def started(folder: Path, *, slow: str = COUNTED) -> Iterator[CodeServer]:
    (folder / "slow.py").write_text(slow)
    (folder / "jobs.py").write_text(COUNTED + JOBS)
    socket = folder / "grpc.sock"
    (folder / "workspace.yaml").write_text(
        f"load_from: [{{grpc_server: {{socket: {socket}, location_name: task_mining}}}}]"
    )
    (folder / "instance").mkdir()
    options = ("--module-name", "jobs", "--socket", str(socket), "--location-name", "task_mining")
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONWARNINGS": "ignore"}
    with dg.DagsterInstance.local_temp(str(folder / "instance"), overrides=AT_ONCE) as instance:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, *options], cwd=folder, env=environment, start_new_session=True
        )
        try:
            wait_until(lambda: socket.exists() or process.poll() is not None, what="The start of the code server")
            assert process.poll() is None
            yield CodeServer(process, folder, instance)
        finally:
            with suppress(ProcessLookupError):  # a test has ended it
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def code_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeServer]:
    with started(tmp_path_factory.mktemp("code")) as code_server:
        assert not (code_server.folder / "slow.imported").exists()  # a machine that mines nothing does without
        yield code_server


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[CodeServer]:
    """One that a test may do anything to."""
    with started(tmp_path) as code_server:
        yield code_server


def test_each_run_is_a_process_of_its_own_that_imports_nothing_again(code_server: CodeServer) -> None:
    before = code_server.runs()
    for _ in range(2):
        assert code_server.ended(code_server.launch("looking")) is dg.DagsterRunStatus.SUCCESS
    runs = code_server.runs() - before
    assert len(runs) == 2
    assert code_server.imports("jobs") == [code_server.process.pid]
    assert len(code_server.imports("slow")) == 1
    assert not {code_server.process.pid, *code_server.imports("slow")} & runs


def test_a_run_that_is_terminated_ends(code_server: CodeServer) -> None:
    before = code_server.runs()
    run_id = code_server.launch("waiting")
    wait_until(lambda: code_server.runs() > before, what="The work of a run")
    (run,) = map(psutil.Process, code_server.runs() - before)
    assert code_server.instance.run_launcher.terminate(run_id)
    assert code_server.ended(run_id) is dg.DagsterRunStatus.CANCELED
    wait_until(lambda: not run.is_running(), what="The end of its process")


def test_a_run_whose_process_dies_fails(code_server: CodeServer) -> None:
    assert code_server.ended(code_server.launch("dying")) is dg.DagsterRunStatus.FAILURE


def test_runs_begin_also_when_what_forks_them_was_killed(mortal: CodeServer) -> None:
    mortal.ended(mortal.launch("looking"))
    (forks,) = map(psutil.Process, mortal.imports("slow"))
    forks.kill()
    wait_until(lambda: forks.status() == psutil.STATUS_ZOMBIE, what="The end of what forks")
    assert mortal.ended(mortal.launch("looking")) is dg.DagsterRunStatus.SUCCESS
    assert len(mortal.imports("slow")) == 2


def test_runs_begin_also_when_what_they_need_cannot_be_imported(tmp_path: Path) -> None:
    with started(tmp_path, slow="raise AttributeError('of another release')") as code_server:
        code_server.launch("waiting")
        wait_until(lambda: len(code_server.runs()) == 1, what="The work of a run")


def test_a_server_that_is_killed_before_its_first_run_has_nothing_imported(mortal: CodeServer) -> None:
    family = psutil.Process(mortal.process.pid).children(recursive=True)
    assert family
    mortal.process.kill()
    _, alive = psutil.wait_procs(family, timeout=PATIENCE_SECONDS)
    assert not alive
    assert not (mortal.folder / "slow.imported").exists()


def test_a_politely_ended_server_leaves_no_process(mortal: CodeServer) -> None:
    mortal.ended(mortal.launch("looking"))
    family = psutil.Process(mortal.process.pid).children(recursive=True)
    assert family
    os.killpg(mortal.process.pid, signal.SIGTERM)
    _, alive = psutil.wait_procs(family, timeout=PATIENCE_SECONDS)
    assert mortal.process.wait(PATIENCE_SECONDS) is not None
    assert not alive
