"""Builders of the things agent tests are about."""

from pathlib import Path
from typing import Any
from uuid import UUID

from agent.capture.observations import Observation, WindowSeen
from agent.policy.drafts import ObservedContext
from agent.policy.filtering import Filtering
from agent.policy.held_policy import compile_filters, permits_of
from agent.presence.state import Presence
from agent.recording.draft_queue import DraftQueue
from agent.recording.recorder import Recorder
from agent.recording.transitions import Transitions
from agent.spool.rows import raw_event as body_of_row
from agent.spool.store import SpoolStore
from agent.spool.writer import SpoolWriter
from domain.dates.collection_windows import CollectionWindow
from domain.event_batches import AgentSession, from_microseconds, to_microseconds
from domain.event_kinds import EventKind
from domain.policies import AgentPolicy, Assignment, ConsentState
from domain.raw_events import RawEvent

NOW = 1_790_000_000_000_000
SECOND = 1_000_000


def agent_session(number: int = 1, *, login: str = "jane") -> AgentSession:
    return AgentSession(UUID(int=number), login, "workstation-1", "Europe/Berlin", "0.1.0")


def raw_event(
    sequence: int, *, at_us: int | None = None, kind: EventKind = EventKind.CLICKED, **fields: Any
) -> RawEvent:
    at_us = NOW + sequence * SECOND if at_us is None else at_us
    fields.setdefault("application", "editor")
    fields.setdefault("window_title", "letter.txt")
    return RawEvent(sequence=sequence, occurred_at=from_microseconds(at_us), kind=kind, **fields)


def policy(**changes: object) -> AgentPolicy:
    """Everything allowed to jane from one hour before NOW, for ever."""
    window = CollectionWindow(workstation_user_id=1, starts_at_us=NOW - 3600 * SECOND)
    assignment = Assignment(1, "Service desk", "To see where time goes", ConsentState.ACCEPTED, "May we?", window)
    fields: dict[str, object] = {
        "version": "1",
        "workstation_user_id": 1,
        "login": "jane",
        "assignments": (assignment,),
    }
    return AgentPolicy(**{**fields, **changes})  # type: ignore[arg-type]


class Desk:
    """A recorder with everything behind it and a clock in the hand of the test; `events` is what was spooled."""

    def __init__(self, folder: Path, *, held: AgentPolicy | None = None, is_allowed: bool = True) -> None:
        self.now_us = NOW
        self.store = SpoolStore(folder / "spool.sqlite")
        self.presence = Presence()
        writer = SpoolWriter(self.store, agent_session())
        given = held or policy()
        self.filtering = Filtering(compile_filters(given))
        self.drafts = DraftQueue(self.presence, self.filtering, writer)
        self.transitions = Transitions(self.presence, self.drafts, session_number=writer.session_number)
        self.recorder = Recorder(self.transitions, self.drafts)
        if is_allowed:
            self.presence.permits, self.presence.policy_confirmed_us = permits_of(given), NOW
            self.transitions.observe(self.now_us)

    def at(self, seconds: float) -> int:
        """Moves on to so many seconds after the start; lets what is due happen."""
        self.now_us = NOW + int(seconds * SECOND)
        self.recorder.tick(self.now_us)
        return self.now_us

    def see(self, *observations: Observation) -> None:
        for observation in observations:
            self.recorder.handle(observation)

    def window(self, seconds: float, application: str, title: str = "", *, window_class: str = "") -> None:
        context = ObservedContext(application, title, "", window_class)
        self.see(WindowSeen(self.at(seconds), context))

    @property
    def events(self) -> list[RawEvent]:
        self.recorder.flush_keys()
        self.drafts.commit(now_us=self.now_us, is_last=True)
        with self.store.reading() as connection:
            return [body_of_row(row[0]) for row in connection.execute("select body from events order by position")]

    @property
    def story(self) -> list[tuple[str, float, str]]:
        """(kind, seconds after the start, window title), without the opening of the observation."""
        return [
            (event.kind.value, (to_microseconds(event.occurred_at) - NOW) / SECOND, event.window_title)
            for event in self.events
            if event.kind is not EventKind.SESSION_STARTED
        ]
