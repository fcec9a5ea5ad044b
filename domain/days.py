"""The local calendar days of a workstation user, also where clocks change at midnight.

Windows of whole days belong to `collection_windows`.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from domain.errors import DomainError
from domain.event_batches import from_microseconds, to_microseconds


class UserDay(msgspec.Struct, frozen=True):
    """One local day: [starts_at_us, ends_at_us) in microseconds of UTC; 23, 24 or 25 hours as a rule."""

    day: date
    starts_at_us: int
    ends_at_us: int


def zone(time_zone: str) -> ZoneInfo:
    """The zone of an IANA name. Raises DomainError for a name that is none."""
    try:
        return ZoneInfo(time_zone)
    except (ValueError, OSError, LookupError):
        raise DomainError(f"{time_zone!r} is not a time zone: give an IANA name such as Europe/Berlin.") from None


@lru_cache(maxsize=100_000)
def day_bounds_us(day: date, time_zone: str) -> tuple[int, int]:
    """First instant of the day, and of the next."""
    return _first_instant_us(day, zone(time_zone)), _first_instant_us(day + timedelta(days=1), zone(time_zone))


def local_day(instant_us: int, time_zone: str) -> date:
    """The day whose bounds hold the instant."""
    day = from_microseconds(instant_us).astimezone(zone(time_zone)).date()
    starts_at_us, ends_at_us = day_bounds_us(day, time_zone)
    if instant_us < starts_at_us:
        return day - timedelta(days=1)
    return day if instant_us < ends_at_us else day + timedelta(days=1)


def user_days(first: date, last: date, time_zone: str) -> Iterator[UserDay]:
    """Every day from `first` to `last`, both included; none where last is before first."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield UserDay(day, *day_bounds_us(day, time_zone))


def _first_instant_us(day: date, tz: ZoneInfo) -> int:
    """Midnight as a rule; where clocks skip it, the instant they skip to."""
    midnight = datetime.combine(day, time(0), tzinfo=tz)
    late = to_microseconds(midnight.astimezone(UTC))
    early = to_microseconds(midnight.replace(fold=1).astimezone(UTC))
    if early >= late:  # midnight exists once or twice: the first one
        return late
    while early < late:  # midnight is skipped: the first instant of the day lies between the two readings
        middle = (early + late) // 2
        if from_microseconds(middle).astimezone(tz).date() < day:
            early = middle + 1
        else:
            late = middle
    return late
