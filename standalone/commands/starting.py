"""`task-mining up`: starts every process in the order of their needs, side by side where possible.

Add a `start_…` step here when a new process needs preparation or must wait for another; the process itself is described
in `processes/supervised.py`.
"""

import fcntl
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from pipelines.project_files import SUPERSET_FILES
from standalone.errors import StandaloneError
from standalone.ports import check_port_free
from standalone.postgres.databases import ensure_databases
from standalone.processes.configuration_files import (
    render_supervisord,
    supervisord_configuration,
    write_configuration_files,
)
from standalone.processes.environments import PREPARATION, SUPERSET_BOOTSTRAP, process_environment
from standalone.processes.health import is_healthy
from standalone.processes.supervised import SupervisedProcess, supervised_processes
from standalone.processes.supervision import Supervision
from standalone.settings import Settings
from standalone.superset import environment as superset_environment
from standalone.timeline import Step, Timeline

#: A process that dies at its first start is told at once; later, supervisord tries again by itself.
DEAD_STATES = ("BACKOFF", "FATAL", "EXITED", "UNKNOWN")


class Starting:
    """One run of `up`. Each `start_…` returns when its process answers, and is harmless when it already does."""

    def __init__(self, settings: Settings, timeline: Timeline) -> None:
        self._settings = settings
        self._timeline = timeline
        self._supervision = Supervision(settings)
        self._processes = {process.name: process for process in supervised_processes(settings)}

    def start_everything(self, *, once_governed: Callable[[], None] = lambda: None) -> None:
        """Raises the first StandaloneError after the other branches have come to their end.

        `once_governed` runs as soon as the governance API answers, beside the rest of the start.
        """
        with _only_one_at_a_time(self._settings), ThreadPoolExecutor(4) as pool:
            installation = pool.submit(superset_environment.ensure_installed, self._settings, self._timeline)
            self.start_supervisor()
            self.start_database()
            branches = [
                pool.submit(self.start_governance_api, once_governed),
                pool.submit(self.start_superset, installation),
                pool.submit(self.start_dagster),
            ]
        for branch in branches:
            branch.result()
        self._supervision.start(self._processes["health_watch"])

    def start_supervisor(self) -> None:
        processes = tuple(self._processes.values())
        if self._supervision.is_running():
            if supervisord_configuration(self._settings).read_text() != render_supervisord(self._settings, processes):
                raise StandaloneError(
                    f"What runs in {self._settings.home} was started with other ports or folders: run "
                    "`task-mining down` first, or give the settings it was started with."
                )
            return
        with self._timeline.step("Supervisor"):
            self._supervision.end_leftovers()
            for process in processes:
                if process.port is not None:
                    check_port_free(process.port, process=process.title, variable=process.port_variable)
            write_configuration_files(self._settings, processes)
            self._supervision.start_supervisor()

    def start_database(self) -> None:
        with self._timeline.step("PostgreSQL"):
            if not self._settings.given_database_url:
                self._supervision.start(self._processes["postgres"])
                self._settings.postgres.wait_until_ready(log=self._settings.logs / "postgres.log")
            ensure_databases(self._settings)

    def start_governance_api(self, once_governed: Callable[[], None]) -> None:
        process = self._processes["governance_api"]
        if not self._is_up(process):
            with self._timeline.step(process.title) as step:
                step.say("tables and first accounts")
                step.run(
                    [sys.executable, "-m", "standalone.governance.preparation"],
                    log=self._settings.logs / "governance_preparation.log",
                    environment=process_environment(self._settings, PREPARATION),
                    folder=self._settings.home,
                )
                self._start_and_wait(process, step)
        once_governed()

    def start_dagster(self) -> None:
        """The web server before the daemon: the first of them creates Dagster's tables, and two at once collide."""
        for name in ("code_server", "dagster", "dagster_daemon"):
            process = self._processes[name]
            if not self._is_up(process):
                with self._timeline.step(process.title) as step:
                    self._start_and_wait(process, step)

    def start_superset(self, installation: Future[None]) -> None:
        process = self._processes["superset"]
        if self._is_up(process):
            return
        installation.result()
        python = superset_environment.python(self._settings)
        with self._timeline.step("Superset bootstrap") as step:
            step.run(
                [*superset_environment.LOW_PRIORITY, str(python), str(SUPERSET_FILES / "bootstrap.py")],
                log=self._settings.logs / "superset_bootstrap.log",
                environment=process_environment(self._settings, SUPERSET_BOOTSTRAP),
                folder=self._settings.home,
            )
        for each in (self._processes["superset_relay"], process):
            if not self._is_up(each):
                with self._timeline.step(each.title) as step:
                    self._start_and_wait(each, step)

    def _is_up(self, process: SupervisedProcess) -> bool:
        return self._supervision.states()[process.name].is_running and is_healthy(process, self._settings)

    def _start_and_wait(self, process: SupervisedProcess, step: Step) -> None:
        step.say("waiting for its first answer")
        self._supervision.start(process)
        deadline = time.monotonic() + process.start_seconds
        while not is_healthy(process, self._settings):
            state = self._supervision.states()[process.name].state
            if state in DEAD_STATES or time.monotonic() > deadline:
                raise self._supervision.death(process)
            time.sleep(0.2)


@contextmanager
def _only_one_at_a_time(settings: Settings) -> Iterator[None]:
    with (settings.home / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def addresses(settings: Settings) -> Sequence[tuple[str, str]]:
    """What there is to look at; the two dashboards once something is published."""
    return (
        ("Governance API", f"{settings.api_url}/"),
        ("Dagster", f"{settings.dagster_url}/"),
        ("Superset", f"{settings.superset_url}/"),
        ("Overall activity", f"{settings.superset_url}/superset/dashboard/overall-activity/"),
        ("Task activity", f"{settings.superset_url}/superset/dashboard/task-activity/"),
    )
