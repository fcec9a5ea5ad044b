"""Makes event batches from columns of raw events as agents deliver them: resent, repeating, late, refused in part.

Every delivery knows how the gate must answer it.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random

import msgspec
import numpy as np

from domain import __version__
from domain.contexts import Context
from domain.dates.days import day_bounds_us
from domain.event_batches import AgentSession, EventBatch, Task
from domain.event_kinds import CODE_BY_KIND, EventKind, EventSource
from domain.losses import LossReason
from simulator.days.script import SECOND, Script
from simulator.office.applications import ELEMENTS
from simulator.office.people import Person
from simulator.parameters import Parameters
from simulator.raw_events.columns import Numbers, RawEventColumns
from simulator.truth.expected import EventCounts

AGENT_VERSION = f"{__version__}+simulator"
_CLOCK_AHEAD = timedelta(days=3653)


class Delivery(msgspec.Struct, frozen=True):
    """One event batch, and what becomes of its events."""

    batch: EventBatch
    counts: EventCounts


class AgentDeliveries:
    """Turns one person's columns, day by day, into deliveries in the order in which they are sent."""

    def __init__(self, *, parameters: Parameters, person: Person, script: Script, chance: Random) -> None:
        self.parameters, self.rates = parameters, parameters.rates
        self.person, self.script, self.chance = person, script, chance
        self.next_sequence: dict[int, int] = {}
        self.held_back: list[tuple[int, Delivery]] = []
        self.is_first_day = True
        self.is_clock_ahead = person.has_clock_ahead

    def deliver(self, columns: RawEventColumns, *, is_last_day: bool) -> Iterator[Delivery]:
        """The deliveries of one day; what was held back on earlier days comes at its end."""
        for session in np.unique(columns.session):
            of_session = columns.select(columns.session == session)
            yield from self._deliver_session(int(session), of_session)
        self.is_first_day = False
        due = [delivery for days, delivery in self.held_back if days <= 1 or is_last_day]
        self.held_back = [(days - 1, delivery) for days, delivery in self.held_back if days > 1 and not is_last_day]
        yield from due

    def _deliver_session(self, session: int, columns: RawEventColumns) -> Iterator[Delivery]:
        columns, refused = self._with_refused(columns)
        first = self.next_sequence.get(session, 0)
        self.next_sequence[session] = first + len(columns)
        size = self.parameters.events_per_batch
        for start in range(0, len(columns), size):
            end = min(start + size, len(columns))
            yield from self._deliver_batch(session, columns, refused, first, (start, end))

    def _deliver_batch(
        self,
        session: int,
        columns: RawEventColumns,
        refused: dict[int, LossReason],
        first: int,
        bounds: tuple[int, int],
    ) -> Iterator[Delivery]:
        start, end = bounds
        chance, rates = self.chance, self.rates
        repeated = 0
        if start > 0 and chance.random() < rates.repeating_batch_share:
            wanted = chance.randint(1, self.parameters.events_per_batch // 4 + 1)
            repeated = 0 if any(number < start for number in refused) else min(wanted, start)
        reasons = [reason for number, reason in refused.items() if start <= number < end]
        batch = self._batch(session, columns.select(slice(start - repeated, end)), first + start - repeated)
        delivery = Delivery(batch, _counts(batch.event_count, reasons, repeated=repeated))
        resent = Delivery(batch, EventCounts(sent=batch.event_count, duplicate=batch.event_count))
        if reasons:
            yield delivery
        elif chance.random() < rates.late_batch_share:
            self.held_back.append((chance.randint(1, 3), delivery))
        else:
            yield delivery
            if chance.random() < rates.resent_batch_share:
                if chance.random() < 0.5:
                    yield resent
                else:
                    self.held_back.append((chance.randint(1, 3), resent))

    def _with_refused(self, columns: RawEventColumns) -> tuple[RawEventColumns, dict[int, LossReason]]:
        """The events with some that the gate must refuse, and where those stand."""
        refused: dict[int, LossReason] = {}
        if self.is_clock_ahead and len(columns) > 20 and not self.is_first_day:
            self.is_clock_ahead = False
            ahead_us = int(_CLOCK_AHEAD.total_seconds()) * SECOND
            middle = np.arange(len(columns) // 2, len(columns) // 2 + 3)
            columns = _insert(columns, _clicks(columns, columns.occurred_us[middle] + ahead_us), at=int(middle[0]))
            refused |= dict.fromkeys(middle.tolist(), LossReason.CLOCK_AHEAD)
        count = self.rates.outside_window_count
        if self.is_first_day and not self.next_sequence and count:
            opens_us = day_bounds_us(self.parameters.first_on, self.person.time_zone)[0]
            eve_us = opens_us - np.arange(count, 0, -1, dtype=np.int64) * SECOND
            columns = _insert(columns, _clicks(columns, eve_us), at=0)
            refused |= dict.fromkeys(range(count), LossReason.OUTSIDE_COLLECTION_WINDOW)
        return columns, refused

    def _batch(self, session: int, columns: RawEventColumns, first_sequence: int) -> EventBatch:
        places, context = np.unique(columns.place, return_inverse=True)
        tasks, task = np.unique(columns.task, return_inverse=True)
        has_task = tasks[tasks > 0]
        count = len(columns)
        session_id = self.script.session_ids[session]
        return EventBatch(
            batch_key=f"{session_id}/{first_sequence}+{count}",
            session=AgentSession(session_id, self.person.login, self.person.host, self.person.time_zone, AGENT_VERSION),
            contexts=self._contexts(places.tolist()),
            sequence=_bytes(np.arange(first_sequence, first_sequence + count), "<i8"),
            occurred_at=_bytes(columns.occurred_us, "<i8"),
            kind=_bytes(columns.kind, "u1"),
            context=_bytes(context, "<u4"),
            source=bytes([EventSource.SIMULATION]) * count,
            element=_bytes(columns.element, "<u4"),
            task=_bytes(task + (0 if len(has_task) < len(tasks) else 1), "<u4") if len(has_task) else b"",
            key_count=_bytes(columns.key_count, "<i4"),
            value_length=_bytes(columns.value_length, "<i4"),
            elements=list(ELEMENTS),
            tasks=[Task(*self.script.tasks[number - 1]) for number in has_task.tolist()],
        )

    def _contexts(self, places: Sequence[int]) -> list[Context]:
        return [self.script.places[number].context for number in places]


def _counts(sent: int, reasons: Sequence[LossReason], *, repeated: int) -> EventCounts:
    refused = {str(reason): reasons.count(reason) for reason in set(reasons)}
    return EventCounts(sent=sent, accepted=sent - len(reasons), repeated=repeated, refused=refused)


def _bytes(column: Numbers, dtype: str) -> bytes:
    return column.astype(dtype).tobytes()


def _clicks(columns: RawEventColumns, occurred_us: Numbers) -> RawEventColumns:
    """Clicks in the first window of the columns at these instants."""
    zeros = np.zeros(len(occurred_us), dtype=np.int64)
    return RawEventColumns(
        session=zeros + columns.session[0],
        occurred_us=occurred_us,
        kind=zeros + CODE_BY_KIND[EventKind.CLICKED],
        place=zeros + columns.place[0],
        element=zeros,
        task=zeros,
        key_count=zeros,
        value_length=zeros,
    )


def _insert(columns: RawEventColumns, more: RawEventColumns, *, at: int) -> RawEventColumns:
    return RawEventColumns(
        *(np.insert(getattr(columns, name), at, getattr(more, name)) for name in columns.__struct_fields__)
    )
