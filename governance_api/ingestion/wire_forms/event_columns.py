"""The events of one batch as numpy columns: what both wire forms are decoded into."""

from dataclasses import dataclass, fields, replace
from hashlib import blake2b

import msgspec
import numpy as np
import numpy.typing as npt

from domain.contexts import Context
from domain.event_batches import AgentSession, Element, EventBatch, Task, check_event_batch
from domain.event_kinds import KIND_BY_CODE, EventSource
from domain.raw_events import SEQUENCE_MAX

_ZEROS = np.zeros(50_000, dtype="<i4")


@dataclass(frozen=True, slots=True)
class EventColumns:
    """One number per event. `context` indexes the batch's contexts; `element` and `task` do so from 1, 0 is none."""

    sequence: npt.NDArray[np.int64]
    occurred_at_us: npt.NDArray[np.int64]
    kind: npt.NDArray[np.uint8]
    context: npt.NDArray[np.integer]
    source: npt.NDArray[np.integer]
    element: npt.NDArray[np.integer]
    task: npt.NDArray[np.integer]
    key_count: npt.NDArray[np.integer]
    value_length: npt.NDArray[np.integer]

    def __len__(self) -> int:
        return len(self.kind)

    def where(self, mask: npt.NDArray[np.bool_]) -> "EventColumns":
        """Only the events for which the mask holds."""
        return replace(self, **{field.name: getattr(self, field.name)[mask] for field in fields(self)})


@dataclass(frozen=True, slots=True)
class DecodedBatch:
    """One delivery, read and checked; whose it is, is not decided yet."""

    batch_key: str
    session: AgentSession
    events: EventColumns
    contexts: list[Context]
    elements: list[Element]
    tasks: list[Task]

    def content_hash(self) -> bytes:
        """16 bytes that differ when session or events differ, and are equal for equal rows in either wire form.

        Equal rows that name contexts, elements or tasks in another order count as different.
        """
        digest = blake2b(digest_size=16)
        digest.update(self.session.key.to_bytes(8, "little"))
        for name, dtype in _HASHED_AS.items():
            digest.update(np.ascontiguousarray(getattr(self.events, name), dtype).data)
        digest.update(msgspec.msgpack.encode((self.contexts, self.elements, self.tasks)))
        return digest.digest()


_HASHED_AS = {
    "sequence": "<i8",
    "occurred_at_us": "<i8",
    "kind": "u1",
    "context": "<u4",
    "source": "u1",
    "element": "<u4",
    "task": "<u4",
    "key_count": "<i4",
    "value_length": "<i4",
}


def columns_of_batch(batch: EventBatch) -> EventColumns:
    """Views of the batch's buffers, checked. Raises DomainError, naming the column, when they do not fit."""
    count = batch.event_count
    try:
        columns = EventColumns(
            sequence=np.frombuffer(batch.sequence, "<i8"),
            occurred_at_us=np.frombuffer(batch.occurred_at, "<i8"),
            kind=np.frombuffer(batch.kind, "u1"),
            context=np.frombuffer(batch.context, "<u4"),
            source=_optional(batch.source, "u1", count),
            element=_optional(batch.element, "<u4", count),
            task=_optional(batch.task, "<u4", count),
            key_count=_optional(batch.key_count, "<i4", count),
            value_length=_optional(batch.value_length, "<i4", count),
        )
    except ValueError:
        columns = None
    if columns is None or not _is_sound(columns, batch, count):
        check_event_batch(batch)  # slower, and says which column and what to do
        raise AssertionError("the quick check refuses what the full one accepts")
    return columns


def _optional(buffer: bytes, dtype: str, count: int) -> npt.NDArray[np.integer]:
    return np.frombuffer(buffer, dtype) if buffer else _ZEROS[:count]


def _is_sound(columns: EventColumns, batch: EventBatch, count: int) -> bool:
    if not 0 < count <= len(_ZEROS) or any(len(getattr(columns, name)) != count for name in EventColumns.__slots__):
        return False
    return bool(
        columns.sequence.min() >= 0
        and columns.sequence.max() <= SEQUENCE_MAX
        and columns.occurred_at_us.min() >= 0
        and columns.kind.max() < len(KIND_BY_CODE)
        and columns.context.max() < len(batch.contexts)
        and columns.source.max() < len(EventSource)
        and columns.element.max() <= len(batch.elements)
        and columns.task.max() <= len(batch.tasks)
        and columns.key_count.min() >= 0
        and columns.value_length.min() >= 0
    )
