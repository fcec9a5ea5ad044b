"""The two wire forms of one delivery, and its answer.

Rows: NDJSON, a `BatchHeader` line and one `RawEvent` per line, for everybody. Columns: one MessagePack `EventBatch`,
for our own agent; integer columns are little-endian buffers, texts are named once in tables. A new column of events is
added to both, with a default, so that agents of before are still understood.
"""

import sys
from array import array
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Generic, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

from domain.contexts import Context, stable_key
from domain.errors import DomainError
from domain.event_kinds import CODE_BY_KIND, KIND_BY_CODE, SOURCE_BY_WIRE_NAME, EventSource
from domain.raw_events import (
    CASE_ID_MAX,
    ELEMENT_ID_MAX,
    ELEMENT_NAME_MAX,
    ELEMENT_ROLE_MAX,
    SEQUENCE_MAX,
    TASK_NAME_MAX,
    RawEvent,
)

ROWS_MEDIA_TYPE = "application/x-ndjson"
COLUMNS_MEDIA_TYPE = "application/vnd.task-mining.event-batch+msgpack"
MAX_EVENTS_PER_BATCH = 50_000
MAX_BATCH_BYTES = 16 * 1024 * 1024
"""Of the body after decompression."""

PREFER_REFUSED_EVENTS = "refused-events"
"""With this Prefer header the receipt names the events that were refused."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Name = Annotated[str, Meta(min_length=1, max_length=128)]


def to_microseconds(instant: datetime) -> int:
    """Whole microseconds of UTC since 1970; exact, unlike `datetime.timestamp`."""
    return (instant - _EPOCH) // _MICROSECOND


def from_microseconds(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


class AgentSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One run of one agent for one signed-in person. `login` must be the login of the token's workstation user."""

    session_id: UUID
    login: Name
    host: Name
    time_zone: Name
    agent_version: Name

    @property
    def key(self) -> int:
        """What the lake stores instead of the UUID (63 bits)."""
        return stable_key((str(self.session_id),))


class Element(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """The user-interface element acted on; never its content."""

    role: Annotated[str, Meta(max_length=ELEMENT_ROLE_MAX)] = ""
    name: Annotated[str, Meta(max_length=ELEMENT_NAME_MAX)] = ""
    element_id: Annotated[str, Meta(max_length=ELEMENT_ID_MAX)] = ""


class Task(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """What a task marker, or a targeted recording, is about."""

    name: Annotated[str, Meta(max_length=TASK_NAME_MAX)] = ""
    case_id: Annotated[str, Meta(max_length=CASE_ID_MAX)] = ""


class BatchHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """First line of the NDJSON form."""

    batch_key: Name
    session: AgentSession


class EventBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One delivery in columns. Every buffer has one little-endian integer per event.

    `sequence`, `occurred_at`: int64 (`occurred_at` in UTC microseconds); `kind`, `source`: uint8 codes; `context`:
    uint32 index into `contexts`; `element`, `task`: uint32, 0 for none, else 1 + index into `elements` / `tasks`;
    `key_count`, `value_length`: int32. An empty buffer for one of the last five columns means zero everywhere.
    `batch_key` is the sender's name for this delivery: the same events are always sent under the same key.
    """

    batch_key: Name
    session: AgentSession
    contexts: list[Context]
    sequence: bytes
    occurred_at: bytes
    kind: bytes
    context: bytes
    source: bytes = b""
    element: bytes = b""
    task: bytes = b""
    key_count: bytes = b""
    value_length: bytes = b""
    elements: list[Element] = []
    tasks: list[Task] = []

    @property
    def event_count(self) -> int:
        return len(self.kind)


class BatchReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The answer to one delivery; given only when its accepted events are durable.

    Arithmetic: sent = accepted + duplicate + the sum of refused. `server_time_us` lets an agent estimate
    its clock skew. `refused_events`: the sequences of those refused just now, by reason, where the sender prefers to
    be told (`PREFER_REFUSED_EVENTS`, RFC 7240).
    """

    batch_key: str
    sent: int
    accepted: int
    duplicate: int
    refused: dict[str, int]
    server_time_us: int
    refused_events: dict[str, list[int]] = {}

    @property
    def refused_count(self) -> int:
        return sum(self.refused.values())


def _buffer(code: str, values: Iterable[int]) -> bytes:
    column = array(code, values)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _column(name: str, buffer: bytes, code: str, count: int, *, optional: bool = False) -> Sequence[int]:
    column = array(code)
    if optional and not buffer:
        return ()
    if len(buffer) != count * column.itemsize:
        raise DomainError(
            f"Column {name} has {len(buffer)} bytes where {count} events need {count * column.itemsize}: "
            f"send one {column.itemsize}-byte little-endian integer per event."
        )
    column.frombytes(buffer)
    if sys.byteorder == "big":
        column.byteswap()
    return column


def check_event_batch(batch: EventBatch) -> None:
    """Raises DomainError, naming the column, when the buffers do not fit each other or the tables."""
    count = batch.event_count
    if not 0 < count <= MAX_EVENTS_PER_BATCH:
        raise DomainError(f"The batch has {count} events: send 1 to {MAX_EVENTS_PER_BATCH:,} in one batch.")
    sequence = _column("sequence", batch.sequence, "q", count)
    if min(sequence) < 0 or max(sequence) > SEQUENCE_MAX:
        raise DomainError(f"Column sequence leaves 0 to {SEQUENCE_MAX}: count events of a session from 0.")
    if min(_column("occurred_at", batch.occurred_at, "q", count)) < 0:
        raise DomainError("Column occurred_at has an instant before 1970: send microseconds of UTC.")
    bounds: tuple[tuple[str, bytes, str, int, bool], ...] = (
        ("kind", batch.kind, "B", len(KIND_BY_CODE), False),
        ("context", batch.context, "I", len(batch.contexts), False),
        ("source", batch.source, "B", len(EventSource), True),
        ("element", batch.element, "I", len(batch.elements) + 1, True),
        ("task", batch.task, "I", len(batch.tasks) + 1, True),
    )
    for name, buffer, code, bound, optional in bounds:
        column = _column(name, buffer, code, count, optional=optional)
        if column and max(column) >= bound:
            raise DomainError(f"Column {name} holds {max(column)} where 0 to {bound - 1} are known: name it first.")
    for name, buffer in (("key_count", batch.key_count), ("value_length", batch.value_length)):
        counts = _column(name, buffer, "i", count, optional=True)
        if counts and min(counts) < 0:
            raise DomainError(f"Column {name} has a negative number: send counts.")


T = TypeVar("T")


class _Table(Generic[T]):
    """Names a thing once and gives it the same number ever after."""

    def __init__(self) -> None:
        self.numbers: dict[T, int] = {}

    def number(self, thing: T) -> int:
        return self.numbers.setdefault(thing, len(self.numbers))

    def things(self) -> list[T]:
        return list(self.numbers)


def batch_of_rows(batch_key: str, session: AgentSession, rows: Sequence[RawEvent]) -> EventBatch:
    """The column-oriented form of some rows, in the order given."""
    contexts: _Table[Context] = _Table()
    elements: _Table[Element] = _Table()
    tasks: _Table[Task] = _Table()

    def element_number(row: RawEvent) -> int:
        element = Element(row.element_role, row.element_name, row.element_id)
        return elements.number(element) + 1 if element != Element() else 0

    def task_number(row: RawEvent) -> int:
        task = Task(row.task_name, row.case_id)
        return tasks.number(task) + 1 if task != Task() else 0

    return EventBatch(
        batch_key=batch_key,
        session=session,
        sequence=_buffer("q", (row.sequence for row in rows)),
        occurred_at=_buffer("q", (to_microseconds(row.occurred_at) for row in rows)),
        kind=_buffer("B", (CODE_BY_KIND[row.kind] for row in rows)),
        context=_buffer("I", [contexts.number(row.context) for row in rows]),
        source=_buffer("B", (SOURCE_BY_WIRE_NAME[row.source] for row in rows)),
        element=_buffer("I", [element_number(row) for row in rows]),
        task=_buffer("I", [task_number(row) for row in rows]),
        key_count=_buffer("i", (row.key_count for row in rows)),
        value_length=_buffer("i", (row.value_length for row in rows)),
        contexts=contexts.things(),
        elements=elements.things(),
        tasks=tasks.things(),
    )
