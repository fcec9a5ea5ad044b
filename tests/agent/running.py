"""A whole agent in this process, with an imagined desktop, for tests that talk to a running one."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from agent.browser.ordinary_windows import Page
from agent.capture.observations import WindowSeen
from agent.clocks import SessionClock, SystemClock
from agent.policy.drafts import ObservedContext
from agent.runner import Agent
from agent.settings import Enrolled, StateFolder
from domain.raw_events import RawEvent
from tests.agent.imagined_desktop import ImaginedDesktop
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import wait_for


class Run:
    def __init__(self, agent: Agent, backend: ImaginedDesktop, service: AgentService, folder: StateFolder) -> None:
        self.agent, self.backend, self.service, self.folder = agent, backend, service, folder

    def window(self, application: str, title: str) -> None:
        context = ObservedContext(application, title)
        self.backend.tell(WindowSeen(self.agent.clock.now_us(), context))

    def events(self) -> list[RawEvent]:
        with sqlite3.connect(self.folder.spool) as connection:
            rows = connection.execute("select body from events order by position").fetchall()
        connection.close()
        return [msgspec.msgpack.decode(body, type=RawEvent) for (body,) in rows]

    @property
    def page(self) -> Page | None:
        """What an extension said last."""
        profiles = list(self.agent.recorder._reports._profiles.values())
        return profiles[-1].page if profiles else None

    def kinds(self) -> list[str]:
        return [event.kind.value for event in self.events()]


@contextmanager
def running_agent(
    folder: Path, service: AgentService, *, notices: list[str] | None = None, ca_file: str = ""
) -> Iterator[Run]:
    state = StateFolder(folder / "state")
    state.prepare()
    enrolled = Enrolled(service.url, 1, "token", 1, "jane", "pc-1", ca_file)
    backend = ImaginedDesktop()
    heard = notices if notices is not None else []

    def notify(title: str, text: str) -> bool:
        heard.append(text)
        return True

    agent = Agent(
        state,
        enrolled,
        backend,
        clock=SessionClock(SystemClock().now),
        zone="UTC",
        notify=notify,
        timeout_seconds=2,
    )
    thread = threading.Thread(target=agent.run)
    thread.start()
    wait_for(lambda: backend.is_started, what="the backend")
    try:
        yield Run(agent, backend, service, state)
    finally:
        agent.stop()
        thread.join(timeout=60)
        assert not thread.is_alive()
