"""Turns a recording's observations into the raw events of one agent session, with idle time between them.

Recordings know neither sessions nor idle time; both are added here by the rule that agents follow. Readers return
`Recording`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID, uuid5

from domain.contexts import URL_MAX, WINDOW_TITLE_MAX, Context
from domain.event_batches import AgentSession, Element
from domain.event_kinds import EventKind
from domain.raw_events import ELEMENT_ID_MAX, ELEMENT_NAME_MAX, RawEvent
from domain.redaction.search import redact

#: The agent's default idle threshold (configuration record agent / idle threshold).
IDLE_THRESHOLD = timedelta(seconds=180)

IMPORTS = UUID("6b1f5a2e-6f0e-5b0c-9d5b-0b5f5d7c4a11")
HOST = "import"
VERSION = "import-1"


class Observation(NamedTuple):
    """One row of a recording. Of values only the length is kept."""

    occurred_at: datetime
    kind: EventKind
    context: Context
    element: Element = Element()
    value_length: int = 0


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A recording in order of time. `digest` is of the file: the same file always makes the same raw events."""

    observations: list[Observation]
    digest: str
    skipped: dict[str, int]

    @property
    def began_at(self) -> datetime:
        return self.observations[0].occurred_at

    @property
    def ended_at(self) -> datetime:
        return self.observations[-1].occurred_at


def digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()


def session_of(recording: Recording, *, login: str, time_zone: str) -> AgentSession:
    """The session under which a person's recording is delivered: the same one each time."""
    session_id = uuid5(IMPORTS, f"{recording.digest} {login}")
    return AgentSession(session_id=session_id, login=login, host=HOST, time_zone=time_zone, agent_version=VERSION)


def raw_events(recording: Recording, *, record_numbers: tuple[str, ...] = ()) -> list[RawEvent]:
    """The recording between session_started and session_ended, with idle time where nobody did anything for long.

    `record_numbers`: patterns of numbers that stay, as the configuration lists them.
    """

    def redacted(text: str, bound: int) -> str:
        """As the agent would have kept it (`domain.redaction`)."""
        return redact(text, record_numbers=record_numbers).text[:bound]

    return [
        RawEvent(
            sequence=sequence,
            occurred_at=observation.occurred_at,
            kind=observation.kind,
            application=observation.context.application,
            window_title=redacted(observation.context.window_title, WINDOW_TITLE_MAX),
            url=redacted(observation.context.url, URL_MAX),
            element_role=observation.element.role,
            element_name=redacted(observation.element.name, ELEMENT_NAME_MAX),
            element_id=redacted(observation.element.element_id, ELEMENT_ID_MAX),
            value_length=observation.value_length,
            source="import",
        )
        for sequence, observation in enumerate(_in_a_session(recording.observations))
    ]


def _in_a_session(observations: list[Observation]) -> Iterator[Observation]:
    first, last = observations[0], observations[-1]
    yield Observation(first.occurred_at, EventKind.SESSION_STARTED, first.context)
    yield from _with_idle_time(observations)
    yield Observation(last.occurred_at, EventKind.SESSION_ENDED, last.context)


def _with_idle_time(observations: Iterable[Observation]) -> Iterator[Observation]:
    before: Observation | None = None
    for observation in observations:
        if before and observation.occurred_at - before.occurred_at >= IDLE_THRESHOLD:
            yield Observation(before.occurred_at, EventKind.IDLE_STARTED, before.context)
            yield Observation(observation.occurred_at, EventKind.IDLE_ENDED, before.context)
        yield observation
        before = observation
