"""Makes event batches as agents would send them, quickly: about 25 events per visit of a window, in both wire forms.

The same arguments give the same batches in every run.
"""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import numpy as np
from backports import zstd

from domain.contexts import Context
from domain.event_batches import AgentSession, BatchHeader, Element, EventBatch, from_microseconds
from domain.event_kinds import EventKind
from domain.raw_events import RawEvent

EVENTS_PER_VISIT = 25
CONTEXTS_PER_PERSON = 1_600
STARTED_US = 1_767_250_800_000_000  # 1 January 2026, 07:00 UTC
STARTED_AT = datetime(2026, 1, 1, tzinfo=UTC)
APPLICATIONS = ("chrome.exe", "excel.exe", "outlook.exe", "sapgui.exe", "teams.exe", "winword.exe")
KINDS = np.array([kind.code for kind in (EventKind.CLICKED, EventKind.TYPED, EventKind.SCROLLED)], np.uint8)


def session_of(number: int) -> AgentSession:
    return AgentSession(UUID(int=0xBE << 64 | number), f"person{number}", f"desk-{number}", "Europe/Berlin", "1.0")


def context_of(person: int, number: int) -> Context:
    number %= CONTEXTS_PER_PERSON
    application = APPLICATIONS[number % len(APPLICATIONS)]
    url = f"https://desk.example/record/{person * 7919 + number}" if application == "chrome.exe" else ""
    return Context(application, f"Record {person * 7919 + number:07d} - {application.partition('.')[0]}", url)


def batch_of(person: int, index: int, count: int) -> EventBatch:
    """The `index`-th batch of a person's session: `count` events, one every 0.8 seconds."""
    random = np.random.default_rng((person, index))
    first = index * count
    visits = -(-count // EVENTS_PER_VISIT)
    within = np.arange(count) % EVENTS_PER_VISIT
    kind = np.where(within == 0, EventKind.WINDOW_FOCUSED.code, KINDS[random.integers(0, 3, count)]).astype(np.uint8)
    is_clicked = kind == EventKind.CLICKED.code
    steps = random.integers(200_000, 1_400_000, count)
    return EventBatch(
        batch_key=f"{person}-{first}-{count}",
        session=session_of(person),
        contexts=[context_of(person, index * visits + visit) for visit in range(visits)],
        sequence=np.arange(first, first + count, dtype="<i8").tobytes(),
        occurred_at=(STARTED_US + first * 800_000 + np.cumsum(steps)).astype("<i8").tobytes(),
        kind=kind.tobytes(),
        context=(np.arange(count, dtype="<u4") // EVENTS_PER_VISIT).astype("<u4").tobytes(),
        element=np.where(is_clicked, random.integers(1, 9, count), 0).astype("<u4").tobytes(),
        key_count=np.where(kind == EventKind.TYPED.code, random.integers(1, 60, count), 0).astype("<i4").tobytes(),
        elements=[Element("button", f"Action {number}", f"btn{number}") for number in range(8)],
    )


def rows_of(batch: EventBatch) -> list[RawEvent]:
    """The same events as rows."""
    columns = (
        np.frombuffer(batch.sequence, "<i8"),
        np.frombuffer(batch.occurred_at, "<i8"),
        np.frombuffer(batch.kind, "u1"),
        np.frombuffer(batch.context, "<u4"),
        np.frombuffer(batch.element, "<u4"),
        np.frombuffer(batch.key_count, "<i4"),
    )
    rows = []
    for sequence, occurred_at, kind, context, element, key_count in zip(*(c.tolist() for c in columns), strict=True):
        where = batch.contexts[context]
        acted_on = batch.elements[element - 1] if element else Element()
        rows.append(
            RawEvent(
                sequence,
                from_microseconds(occurred_at),
                EventKind.from_code(kind),
                where.application,
                where.window_title,
                where.url,
                acted_on.role,
                acted_on.name,
                acted_on.element_id,
                key_count,
            )
        )
    return rows


def columns_body(batch: EventBatch) -> bytes:
    return zstd.compress(msgspec.msgpack.encode(batch), level=1)


def rows_body(batch: EventBatch) -> bytes:
    lines = (BatchHeader(batch.batch_key, batch.session), *rows_of(batch))
    return zstd.compress(b"\n".join(map(msgspec.json.encode, lines)), level=1)
