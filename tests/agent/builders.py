"""Builders of the things agent tests are about. Behaviour belongs in the tests beside this file."""

from uuid import UUID

from agent.spool.rows import SpooledEvent, spooled
from domain.event_batches import AgentSession, from_microseconds
from domain.event_kinds import EventKind
from domain.raw_events import RawEvent

NOW = 1_790_000_000_000_000
SECOND = 1_000_000


def agent_session(number: int = 1, *, login: str = "jane") -> AgentSession:
    return AgentSession(UUID(int=number), login, "workstation-1", "Europe/Berlin", "0.1.0")


def raw_event(sequence: int, *, at_us: int | None = None, kind: EventKind = EventKind.CLICKED, **fields) -> RawEvent:
    at_us = NOW + sequence * SECOND if at_us is None else at_us
    fields.setdefault("application", "editor")
    fields.setdefault("window_title", "letter.txt")
    return RawEvent(sequence=sequence, occurred_at=from_microseconds(at_us), kind=kind, **fields)


def spooled_event(sequence: int, *, at_us: int | None = None, **fields) -> SpooledEvent:
    at_us = NOW + sequence * SECOND if at_us is None else at_us
    return spooled(raw_event(sequence, at_us=at_us, **fields), occurred_us=at_us)
