"""`task-mining status`: lists the processes with their state, health, port, uptime and log."""

from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from standalone.processes.health import is_healthy
from standalone.processes.supervised import supervised_processes
from standalone.processes.supervision import ProcessState, Supervision
from standalone.settings import Settings


@dataclass(frozen=True, kw_only=True)
class ProcessStatus:
    """One line of the answer. `state` is supervisord's word, or NOT STARTED when there is no supervisor."""

    title: str
    state: str
    is_healthy: bool
    port: int | None
    uptime_seconds: int
    log: Path


def current_status(settings: Settings) -> list[ProcessStatus]:
    supervision = Supervision(settings)
    states = supervision.states() if supervision.is_running() else {}
    statuses = []
    for process in supervised_processes(settings):
        state = states.get(process.name, ProcessState(process.name, "NOT STARTED", 0, 0))
        statuses.append(
            ProcessStatus(
                title=process.title,
                state=state.state,
                is_healthy=state.is_running and is_healthy(process, settings),
                port=process.port,
                uptime_seconds=state.uptime_seconds if state.is_running else 0,
                log=settings.logs / f"{process.name}.log",
            )
        )
    return statuses


def status_table(statuses: list[ProcessStatus], logs: Path) -> Table:
    table = Table(title=f"Processes; logs in {logs}", title_justify="left")
    for heading in ("process", "state", "well", "port", "up for, s", "log"):
        table.add_column(heading)
    for status in statuses:
        table.add_row(
            status.title,
            status.state,
            "yes" if status.is_healthy else "no",
            str(status.port or ""),
            str(status.uptime_seconds),
            str(status.log.name),
        )
    return table
