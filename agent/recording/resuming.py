"""Resumes what was going on when the agent last ended: a task left open is closed, private mode goes on."""

import logging

import msgspec

from agent.clocks import Instant
from agent.presence.private_mode import PrivateMode, begin, remaining_us
from agent.presence.state import OpenTask
from agent.spool.store import SpoolStore
from domain.event_batches import from_microseconds
from domain.event_kinds import EventKind
from domain.policies import DefaultStatus
from domain.raw_events import RawEvent

PRIVATE_FACT, TASK_FACT = "private_mode", "open_task"
_log = logging.getLogger(__name__)


def close_open_task(store: SpoolStore) -> None:
    """A task left open by a crash ended at the last event of its session."""
    text = store.find_fact(TASK_FACT)
    if text is None:
        return
    task = msgspec.json.decode(text, type=OpenTask)
    sequence, last_us = store.session_end(task.session_number)
    if last_us:
        event = RawEvent(
            sequence=sequence,
            occurred_at=from_microseconds(last_us),
            kind=EventKind.TASK_STOPPED,
            task_name=task.name,
            case_id=task.case_id,
        )
        store.append(task.session_number, [event], durable=True)
        _log.warning("The task %r was closed at its last event.", task.name)
    store.put_fact(TASK_FACT, None, durable=True)


class Resumed(msgspec.Struct, frozen=True):
    """`is_over`: it ended while the agent did not run. `is_default`: the configuration begins a session with it."""

    mode: PrivateMode | None = None
    is_over: bool = False
    is_default: bool = False


def resume_private_mode(store: SpoolStore, *, now: Instant, default: DefaultStatus | None) -> Resumed:
    """What lasts still, or what the configuration begins a session with; what is over is forgotten."""
    text = store.find_fact(PRIVATE_FACT)
    mode = msgspec.json.decode(text, type=PrivateMode) if text else None
    if mode is not None and remaining_us(mode, now) != 0:
        return Resumed(mode)
    if mode is not None:
        store.put_fact(PRIVATE_FACT, None)
        return Resumed(is_over=True)
    return Resumed(begin(now, seconds=None), is_default=True) if default is DefaultStatus.PRIVATE else Resumed()
