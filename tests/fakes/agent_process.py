"""The real agent as its own process on a desktop without a screen, for as long as a measurement or a test needs it."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import msgspec
import psutil

from agent.control.local_socket import NotRunning, ask
from agent.control.status import StatusReport
from agent.control.wording import tell_status
from agent.desktop_sessions.names import room_of, session_name
from agent.settings import Enrolled, StateFolder, save_enrolment
from agent.spool.rows import raw_event
from domain.dates.collection_windows import CollectionWindow
from domain.event_kinds import EventKind
from domain.policies import AgentPolicy, Assignment, ConsentState
from domain.raw_events import RawEvent
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import wait_for

ROOT = Path(__file__).parents[2]


def open_policy(**changes: object) -> AgentPolicy:
    """Everything but the event filters may be captured of jane, from a day ago without end."""
    window = CollectionWindow(workstation_user_id=1, starts_at_us=time.time_ns() // 1000 - 86_400_000_000)
    assignment = Assignment(1, "Measurement", "To measure", ConsentState.ACCEPTED, "May we?", window)
    fields: dict[str, object] = {
        "version": "1",
        "workstation_user_id": 1,
        "login": "jane",
        "assignments": (assignment,),
    }
    return AgentPolicy(**{**fields, **changes})  # type: ignore[arg-type]


class AgentProcess:
    """One running agent: its process, its state folder, and what it has captured."""

    def __init__(self, process: subprocess.Popen[bytes], folder: StateFolder, environment: Mapping[str, str]) -> None:
        self.process, self.folder, self.environment = process, folder, environment
        self._figures = psutil.Process(process.pid)

    def cpu_seconds(self) -> float:
        times = self._figures.cpu_times()
        return float(times.user + times.system)

    def memory_bytes(self) -> int:
        return int(self._figures.memory_info().rss)

    def proportional_memory_bytes(self) -> int:
        return int(self._figures.memory_full_info().pss)

    def events(self, *, after: int = 0) -> list[RawEvent]:
        """Committed events behind a position, in order."""
        query = "select body from events where position > ? order by position"
        with closing(sqlite3.connect(self.folder.spool, timeout=60)) as connection:
            return [raw_event(row[0]) for row in connection.execute(query, (after,))]

    def position(self) -> int:
        with closing(sqlite3.connect(self.folder.spool, timeout=60)) as connection:
            return int(connection.execute("select coalesce(max(position), 0) from events").fetchone()[0])

    def input_count(self) -> int:
        """Key presses and clicks that are committed in the spool."""
        events = self.events()
        clicks = sum(event.kind is EventKind.CLICKED for event in events)
        return clicks + sum(event.key_count for event in events)

    def wait_until(self, told: str) -> None:
        """`told` stands in the status: asked for as the command does, without a process for every time."""
        folder = self.folder.of_room(room_of(self.folder.path, session_name(self.environment)))

        def is_told() -> bool:
            with suppress(NotRunning):
                answer = ask(folder, {"ask": "status"})
                return "ok" in answer and told in "\n".join(tell_status(msgspec.convert(answer["ok"], StatusReport)))
            return False

        wait_for(is_told, what=told)

    def ask(self, *words: str) -> str:
        """What the command prints."""
        done = subprocess.run(
            [sys.executable, "-m", "agent.command", *words],
            env=dict(self.environment),
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.stdout + done.stderr


@contextmanager
def started(state: StateFolder, environment: Mapping[str, str]) -> Iterator[AgentProcess]:
    """Started as whoever is enrolled in the folder; answering when this yields."""
    full = {**environment, "TASK_MINING_AGENT_HOME": str(state.path), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "agent.command", "run"], env=full, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_for(state.socket.exists, what="the agent's socket")
            yield AgentProcess(process, state, full)
        finally:
            process.terminate()
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def agent_process(
    folder: Path,
    service: AgentService,
    environment: Mapping[str, str],
    *,
    ca_file: str = "",
    until: str = "Now:       recording",
) -> Iterator[AgentProcess]:
    """Enrolled and started; recording, or with what else is wanted in its status, when this yields."""
    state = StateFolder(folder / "agent-state")
    state.prepare()
    save_enrolment(state, Enrolled(service.url, 1, "token", 1, "jane", "pc-1", ca_file))
    with started(state, environment) as running:
        running.wait_until(until)
        yield running
