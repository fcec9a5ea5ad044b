"""Makes small tables of workstation users' local days, hours and permitted spans, for the engine to join with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import pyarrow as pa

from domain.assignments.permission import Permission
from domain.dates.collection_windows import clip
from domain.dates.days import HOUR_US, day_bounds_us
from domain.dates.time_zones import zone_at
from domain.event_batches import from_microseconds
from pipelines.mining.facts.collection import CollectionFacts

USER_DAYS = pa.schema(
    [("workstation_user_id", pa.int32()), ("day", pa.date32()), ("starts_us", pa.int64()), ("ends_us", pa.int64())]
)
PERMITTED_SPANS = pa.schema(
    [
        ("workstation_user_id", pa.int32()),
        ("session_key", pa.int64()),
        ("starts_us", pa.int64()),
        ("ends_us", pa.int64()),
    ]
)
LOCAL_HOURS = pa.schema(
    [
        ("time_zone", pa.string()),
        ("day", pa.date32()),
        ("hour", pa.int32()),
        ("starts_us", pa.int64()),
        ("ends_us", pa.int64()),
    ]
)


def user_days_of(time_zones: Mapping[int, str], days: Iterable[date]) -> pa.Table:
    """The given days of every person."""
    chosen = sorted(days)
    rows = [
        (person, day, *day_bounds_us(day, time_zone))
        for person, time_zone in sorted(time_zones.items())
        for day in chosen
    ]
    return _table(rows, USER_DAYS)


def collectable_spans(
    permissions: Mapping[int, Permission], time_zones: Mapping[int, str], days: Iterable[date]
) -> pa.Table:
    """The parts of the given days in which a person may be observed: what activities are cut and clipped to."""
    chosen = sorted(days)
    rows = [
        (person, day, start, end)
        for person, permission in sorted(permissions.items())
        for day in chosen
        for start, end in clip(permission.observed, *day_bounds_us(day, time_zones[person]))
    ]
    return _table(rows, USER_DAYS)


def permitted_spans(permissions: Mapping[int, Permission]) -> pa.Table:
    """Disjoint spans by person, of any session (null), or of the one in which a task is recorded."""
    rows = [
        (person, session_key, start, end)
        for person, permission in sorted(permissions.items())
        for session_key, spans in [(None, permission.always), *sorted(permission.recorded.items())]
        for start, end in spans
    ]
    return _table(rows, PERMITTED_SPANS)


def days_with_windows(facts: CollectionFacts, days: Iterable[date]) -> set[date]:
    """Those of the days on which anything of anybody may be kept."""
    return {
        day
        for day in days
        if any(
            next(clip(allowed, *day_bounds_us(day, facts.time_zones[person])), None)
            for person, allowed in facts.allowed.items()
        )
    }


def local_hours(time_zones: Iterable[str], days: Iterable[date]) -> pa.Table:
    """The hours of the days as a clock on the wall shows them: an hour that comes twice has two rows."""
    chosen = sorted(days)
    rows = [
        (time_zone, day, hour, start, end)
        for time_zone in sorted(set(time_zones))
        for day in chosen
        for hour, start, end in _hours(day, time_zone)
    ]
    return _table(rows, LOCAL_HOURS)


def _hours(day: date, time_zone: str) -> Iterator[tuple[int, int, int]]:
    start, end = day_bounds_us(day, time_zone)
    # Offsets change by quarters of an hour at the least; a piece of a quarter lies in one hour of the wall clock.
    quarter = HOUR_US // 4
    current: tuple[int, int] | None = None
    for instant in range(start, end, quarter):
        hour = from_microseconds(instant).astimezone(zone_at(instant, time_zone)).hour
        if current is None:
            current = (hour, instant)
        elif hour != current[0]:
            yield current[0], current[1], instant
            current = (hour, instant)
    if current is not None:
        yield current[0], current[1], end


def end_of_day_us(day: date, time_zone: str) -> int:
    return day_bounds_us(day, time_zone)[1]


def days_between(first: date, last: date) -> list[date]:
    """Both ends included; empty when last is before first."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _table(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
