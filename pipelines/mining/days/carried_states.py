"""Reads the state of every person at the end of every built day, as the dbt model `activities_carry` keeps it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from domain.activity_states import ActivityState
from pipelines.mining.lake.files import Lake

DATASET = "activities_carry"
UNOBSERVED = "unobserved"
UNDECIDED_STATES = frozenset({str(ActivityState.LOCKED), str(ActivityState.PRIVATE)})
"""States whose length decides what they are."""

CARRIED_STATES = pa.schema(
    [
        ("workstation_user_id", pa.int32()),
        ("state", pa.string()),
        ("context_key", pa.int64()),
        ("stretch_started_us", pa.int64()),
        ("last_event_us", pa.int64()),
    ]
)
NEXT_EVENTS = pa.schema(
    [("workstation_user_id", pa.int32()), ("first_event_us", pa.int64()), ("is_session_start", pa.bool_())]
)


@dataclass(frozen=True, kw_only=True)
class CarriedState:
    """One person at the end of one day. `ended_us`: where the last stretch was taken to end when the day was built."""

    day: date
    workstation_user_id: int
    state: str
    context_key: int
    stretch_started_us: int
    last_event_us: int
    ended_us: int
    first_event_us: int | None
    is_session_start: bool
    event_count: int

    @property
    def outlook(self) -> tuple[str, int, int, int]:
        """All that the next day's activities depend on."""
        return self.state, self.context_key, self.stretch_started_us, self.last_event_us


def read_carried_states(lake: Lake) -> list[CarriedState]:
    """In order of day and person."""
    return [
        CarriedState(day=day, **row)
        for day, path in lake.days(DATASET).items()
        for row in pq.ParquetFile(path).read().to_pylist()
    ]


def carried_into(carried: Iterable[CarriedState], first: date) -> pa.Table:
    """Each person's latest state before `first`."""
    latest: dict[int, CarriedState] = {}
    for each in carried:
        if each.day < first:
            latest[each.workstation_user_id] = each
    return pa.Table.from_pylist(
        [{name: getattr(each, name) for name in CARRIED_STATES.names} for _, each in sorted(latest.items())],
        schema=CARRIED_STATES,
    )


def next_events(carried: Iterable[CarriedState], last: date) -> pa.Table:
    """Each person's first event on a day after `last`."""
    first: dict[int, CarriedState] = {}
    for each in carried:
        if each.day > last and each.first_event_us is not None:
            first.setdefault(each.workstation_user_id, each)
    return pa.Table.from_pylist(
        [{name: getattr(each, name) for name in NEXT_EVENTS.names} for _, each in sorted(first.items())],
        schema=NEXT_EVENTS,
    )
