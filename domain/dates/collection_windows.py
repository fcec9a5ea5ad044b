"""When events of a workstation user may be stored: windows of time, their union, and what lies in it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TypeAlias

import msgspec

from domain.errors import DomainError

#: After every instant that can be told in microseconds; what an open end is compared as.
END_OF_TIME_US = 2**63 - 1

Interval: TypeAlias = tuple[int, int]
"""Microseconds of UTC: from inclusive, to exclusive."""


class CollectionWindow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An approved stretch of time of one person. `ends_at_us` is exclusive; None: open-ended."""

    workstation_user_id: int
    starts_at_us: int
    ends_at_us: int | None = None

    @property
    def interval(self) -> Interval:
        return self.starts_at_us, END_OF_TIME_US if self.ends_at_us is None else self.ends_at_us


def windows_of_dates(starts_on: date, ends_on: date | None, time_zone: str) -> tuple[int, int | None]:
    """From the first instant of `starts_on` to that of the day after `ends_on`, in the person's own time zone.

    Raises DomainError for dates in the wrong order, and for those at the ends of the calendar.
    """
    if ends_on is not None and ends_on < starts_on:
        raise DomainError(f"The end date {ends_on} is before the start date {starts_on}: exchange them.")
    from domain.dates.days import day_bounds_us  # noqa: PLC0415 - an agent is told instants: it does without time zones

    try:
        starts_at_us, _ = day_bounds_us(starts_on, time_zone)
        return starts_at_us, None if ends_on is None else day_bounds_us(ends_on + timedelta(days=1), time_zone)[0]
    except OverflowError:
        raise DomainError(
            f"The days from {starts_on} to {ends_on or 'an open end'} leave the calendar: "
            "give dates of this time, and no end date where the end is open."
        ) from None


def union(windows: Iterable[CollectionWindow]) -> tuple[Interval, ...]:
    """Disjoint intervals in order, touching ones merged; empty windows vanish. Of one person's windows."""
    merged: list[Interval] = []
    for start, end in sorted(window.interval for window in windows):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def covers(intervals: tuple[Interval, ...], instant_us: int) -> bool:
    """Whether an instant lies in a union; no windows cover nothing."""
    index = bisect_right(intervals, (instant_us, END_OF_TIME_US)) - 1
    return index >= 0 and instant_us < intervals[index][1]


def clip(intervals: tuple[Interval, ...], start_us: int, end_us: int) -> Iterator[Interval]:
    """The parts of [start, end) that lie in a union, in order."""
    for start, end in intervals:
        if start < end_us and end > start_us:
            yield max(start, start_us), min(end, end_us)
