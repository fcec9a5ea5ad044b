"""Decodes the NDJSON form of an event batch: a header line, then one raw event per line."""

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from domain.contexts import Context
from domain.errors import DomainError
from domain.event_batches import MAX_EVENTS_PER_BATCH, BatchHeader, Element, Task, from_microseconds
from domain.event_kinds import CODE_BY_KIND, SOURCE_BY_WIRE_NAME
from domain.raw_events import RawEvent
from governance_api.ingestion.wire_forms.event_columns import DecodedBatch, EventColumns

_EPOCH = from_microseconds(0)
_HEADER = msgspec.json.Decoder(BatchHeader)
_EVENTS = msgspec.json.Decoder(RawEvent)

_CODES = {str(kind): code for kind, code in CODE_BY_KIND.items()}
_SOURCES = {name: int(source) for name, source in SOURCE_BY_WIRE_NAME.items()}
_context_of = attrgetter("application", "window_title", "url")
_element_of = attrgetter("element_role", "element_name", "element_id")
_task_of = attrgetter("task_name", "case_id")


def decode_rows(body: bytes) -> DecodedBatch:
    """Raises DomainError naming the line (the header is line 1)."""
    first, _, rest = body.partition(b"\n")
    try:
        header = _HEADER.decode(first)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DomainError(f"Line 1 is no batch header. {error}: send batch_key and session there.") from error
    try:
        events = _EVENTS.decode_lines(rest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _first_fault(rest) from error
    if not 0 < len(events) <= MAX_EVENTS_PER_BATCH:
        raise DomainError(f"The batch has {len(events)} events: send 1 to {MAX_EVENTS_PER_BATCH:,} in one batch.")
    if early := next((line for line, event in enumerate(events, start=2) if event.occurred_at < _EPOCH), None):
        raise DomainError(f"Line {early}: occurred_at is before 1970: send the instant at which it happened.")
    return _batch_of(header, events)


def _first_fault(lines: bytes) -> DomainError:
    """msgspec does not always say where; read again line by line, it does."""
    for number, line in enumerate(lines.split(b"\n"), start=2):
        try:
            if line.strip():
                _EVENTS.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return DomainError(f"Line {number}: {error}: correct the event and send the batch again.")
    return DomainError("The lines are no events: send one event per line.")


def _batch_of(header: BatchHeader, events: list[RawEvent]) -> DecodedBatch:
    contexts, context = _numbered(events, _context_of)
    elements, element = _numbered(events, _element_of, ("", "", ""))
    tasks, task = _numbered(events, _task_of, ("", ""))
    # A double tells microseconds apart until the year 2100; what is later is refused by the clock.
    seconds = _column(map(datetime.timestamp, map(attrgetter("occurred_at"), events)), np.float64, events)
    columns = EventColumns(
        sequence=_column(map(attrgetter("sequence"), events), np.int64, events),
        occurred_at_us=np.rint(seconds * 1e6).astype(np.int64),
        kind=_column(map(_CODES.__getitem__, map(attrgetter("kind"), events)), np.uint8, events),
        context=context,
        source=_column(map(_SOURCES.__getitem__, map(attrgetter("source"), events)), np.uint8, events),
        element=element,
        task=task,
        key_count=_column(map(attrgetter("key_count"), events), np.int32, events),
        value_length=_column(map(attrgetter("value_length"), events), np.int32, events),
    )
    return DecodedBatch(
        header.batch_key,
        header.session,
        columns,
        [Context(*each) for each in contexts],
        [Element(*each) for each in elements[1:]],
        [Task(*each) for each in tasks[1:]],
    )


def _column(values: Iterable[Any], dtype: type[np.generic], events: list[RawEvent]) -> npt.NDArray[Any]:
    return np.fromiter(values, dtype, len(events))


def _numbered(
    events: list[RawEvent], thing_of: Callable[[RawEvent], Any], *known: Hashable
) -> tuple[list[Any], npt.NDArray[np.uint32]]:
    """The distinct things, the known ones first, and for every event the index of its own."""
    things = list(map(thing_of, events))
    distinct = list(dict.fromkeys((*known, *things)))
    numbers = dict(zip(distinct, range(len(distinct)), strict=True))
    return distinct, _column(map(numbers.__getitem__, things), np.uint32, events)
