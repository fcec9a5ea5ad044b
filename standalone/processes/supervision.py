"""Controls supervisord: starts it, starts and stops single processes, ends everything and what is left over."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psutil
from supervisor.xmlrpc import Faults, SupervisorTransport

from standalone.errors import ProcessDiedError, StandaloneError, last_line
from standalone.passwords import without_secrets
from standalone.processes.configuration_files import supervisord_configuration
from standalone.processes.environments import process_environment
from standalone.processes.sockets import control_socket
from standalone.processes.supervised import SupervisedProcess, supervised_processes
from standalone.settings import Settings

#: Every process of ours inherits this variable; by it what outlived its supervisor is found.
MARK = "TASK_MINING_SUPERVISED_IN"

START_SECONDS = 90
STOP_SECONDS = 90
LEFTOVER_SECONDS = 15


@dataclass(frozen=True)
class ProcessState:
    """What supervisord knows of one process."""

    name: str
    state: str
    process_id: int
    uptime_seconds: int

    @property
    def is_running(self) -> bool:
        """Also in its first seconds, which supervisord calls STARTING."""
        return self.state in {"STARTING", "RUNNING"}


class Supervision:
    """The supervisor of one state folder."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def is_running(self) -> bool:
        try:
            return bool(self._call("getState")["statename"] == "RUNNING")
        except OSError:
            return False

    def start_supervisor(self) -> None:
        """Starts supervisord in the background; its processes are started one by one."""
        environment = without_secrets(os.environ) | {MARK: str(self._settings.home)}
        environments = {
            process.name: process_environment(self._settings, process.name)
            for process in supervised_processes(self._settings)
        }
        command = [sys.executable, "-m", "standalone.processes.supervisor_process"]
        started = subprocess.run(
            [*command, "-c", str(supervisord_configuration(self._settings))],
            check=False,
            cwd=self._settings.home,
            env=environment,
            input=json.dumps(environments),
            capture_output=True,
            text=True,
        )
        deadline = time.monotonic() + START_SECONDS
        while not self.is_running():
            if started.returncode or time.monotonic() > deadline:
                log = self._settings.logs / "supervisord.log"
                tail = started.stderr.strip() or last_line(log)
                raise ProcessDiedError(process="The supervisor", log=log, tail=tail)
            time.sleep(0.05)

    def states(self) -> dict[str, ProcessState]:
        rows = self._call("getAllProcessInfo")
        return {
            row["name"]: ProcessState(row["name"], row["statename"], row["pid"], max(0, row["now"] - row["start"]))
            for row in rows
        }

    def start(self, process: SupervisedProcess) -> None:
        """Asks for a process to run; harmless when it does."""
        try:
            self._call("startProcess", process.name, False)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != Faults.ALREADY_STARTED:
                raise self.death(process) from fault

    def stop(self, process: SupervisedProcess) -> None:
        """Ends a process and waits for its end; harmless when it does not run."""
        try:
            self._call("stopProcess", process.name)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != Faults.NOT_RUNNING:
                raise

    def death(self, process: SupervisedProcess) -> ProcessDiedError:
        log = self._settings.logs / f"{process.name}.log"
        return ProcessDiedError(process=process.title, log=log, tail=last_line(log))

    def shut_down(self) -> None:
        """Ends every process and supervisord itself, and then whatever outlived them. Harmless when nothing runs."""
        if self.is_running():
            ours = list(self._processes())
            self._stop_clients_of_the_database()
            self._call("shutdown")
            psutil.wait_procs(ours, timeout=STOP_SECONDS)
        self.end_leftovers()
        if survivors := list(self._processes()):
            names = ", ".join(f"process {process.pid}" for process in survivors)
            raise StandaloneError(f"{names} would not end: end it by hand, and run `task-mining down` again.")

    def end_leftovers(self) -> None:
        """Ends what a killed supervisor left running: politely first, then for good."""
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            leftovers = list(self._processes())
            for process in leftovers:
                with suppress(psutil.NoSuchProcess):  # it has ended by itself meanwhile
                    process.send_signal(signal_number)
            psutil.wait_procs(leftovers, timeout=LEFTOVER_SECONDS)
        if not self._settings.given_database_url:
            self._settings.postgres.stop()
        control_socket(self._settings).unlink(missing_ok=True)

    def _stop_clients_of_the_database(self) -> None:
        """All at once, the database itself after them: without it some of them take half a minute to end."""
        clients = [name for name, state in self.states().items() if name != "postgres" and state.is_running]
        for name in clients:
            with suppress(xmlrpc.client.Fault):  # it has ended by itself meanwhile
                self._call("stopProcess", name, False)
        deadline = time.monotonic() + STOP_SECONDS
        while any(self.states()[name].process_id for name in clients) and time.monotonic() < deadline:
            time.sleep(0.1)

    def _processes(self) -> Iterator[psutil.Process]:
        """Every living process that carries our mark (PostgreSQL aside, which knows its own)."""
        for process in psutil.process_iter():
            try:
                is_ours = process.environ().get(MARK) == str(self._settings.home)
                if is_ours and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                    yield process
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue

    def _call(self, method: str, *arguments: object) -> Any:
        transport = SupervisorTransport(serverurl=f"unix://{control_socket(self._settings)}")
        server = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
        try:
            return getattr(server.supervisor, method)(*arguments)
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            transport.close()
