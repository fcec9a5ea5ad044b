"""The governance API as a real process on a free port, over a database and a lake of its own; it can be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from governance_api.bootstrap import bootstrap
from governance_api.clock import utc_now
from governance_api.database import build_engine
from pipelines.project_files import ROOT
from pipelines.resources.authorities import trusted_authorities
from simulator.office.people import workforce_people
from simulator.parameters import Parameters
from standalone.demo.people import admin_of, register_people
from standalone.demo.requests import DemoProject, start_project, write_rules
from standalone.ports import LOOPBACK, free_port
from standalone.processes.environments import PREPARATION, process_environment
from standalone.settings import Settings, settings_from_environment

PATIENCE_SECONDS = 180.0


def wait_until(condition: Callable[[], bool], *, what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {PATIENCE_SECONDS:.0f} s."
        time.sleep(0.02)


class RunningApi:
    """Start, kill and start again on the same port; the log stands in the state folder."""

    def __init__(self, *, home: Path, database_url: str) -> None:
        port = str(free_port())
        self.settings: Settings = settings_from_environment(
            {"TASK_MINING_HOME": str(home), "TASK_MINING_DATABASE_URL": database_url, "TASK_MINING_API_PORT": port}
        )
        self.environment = {
            **os.environ,
            **process_environment(self.settings, PREPARATION),
            "TASK_MINING_DATABASE_URL": database_url,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        engine = build_engine(self.settings.database_url)
        bootstrap(engine, self.environment, now=utc_now())
        engine.dispose()
        self.settings.logs.mkdir(parents=True, exist_ok=True)
        with (self.settings.logs / "api.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "standalone.serving", "governance_api.app:app_from_environment"),
                    *("--port", str(self.settings.ports.api)),
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        wait_until(self._is_well, what="An answer of the governance API")

    def kill(self) -> None:
        """kill -9: no word of farewell, nothing finished."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(number)
            process.wait(PATIENCE_SECONDS)

    def _is_well(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.settings.logs / "api.log").read_text(encoding="utf-8")[-4000:]
        try:
            with socket.create_connection((LOOPBACK, self.settings.ports.api), timeout=30):
                pass  # as long as nobody listens, nothing is prepared for a question that costs more than the answer
        except OSError:
            return False
        try:
            return httpx.get(f"{self.settings.api_url}/health", timeout=30, verify=trusted_authorities()).is_success
        except httpx.TransportError:
            return False


def prepare_workforce(settings: Settings, parameters: Parameters) -> tuple[int, str]:
    """Registers everybody, files and approves the data request; returns the project and an agent registration key."""
    register_people(settings, workforce_people(parameters))
    write_rules(settings)
    project = DemoProject(
        name="Journey",
        description="A small workforce in the whole product.",
        purpose="To see every event arrive",
        starts_on=parameters.first_on,
        ends_on=parameters.last_on,
        logins=tuple(person.login for person in workforce_people(parameters)),
        has_task_scopes=True,
    )
    project_id = start_project(settings, project).project_id
    with admin_of(settings) as admin:
        asked = {"name": "Journey", "workstation_user_logins": list(project.logins)}
        key = admin.post("/agent-registration-keys", asked)["registration_key"]
    return project_id, key
