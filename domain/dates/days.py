"""The local calendar days of a workstation user, also where clocks change at midnight and where the person's zone does.

A time zone is a text as `time_zones` has it.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.dates.time_zones import zone_at, zone_spans
from domain.event_batches import from_microseconds, to_microseconds

HOUR_US = 3_600 * 1_000_000
LONGEST_DAY_US = 50 * HOUR_US
"""From midnight where days begin first (UTC+14) to the next midnight where they end last (UTC-12): the day of somebody
whose zone moves westwards by all of that. Nobody has a longer one."""
NOTICE_US = HOUR_US
"""A change of zone takes effect no sooner: no clock and no reader is so far ahead as to know of the new day before."""


@lru_cache(maxsize=100_000)
def day_bounds_us(day: date, time_zone: str) -> tuple[int, int]:
    """First instant of the day, and of the next. They may be the same: such a day never was."""
    return _first_instant_us(day, time_zone), _first_instant_us(day + timedelta(days=1), time_zone)


def local_day(instant_us: int, time_zone: str) -> date:
    """The day whose bounds hold the instant."""
    day = from_microseconds(instant_us).astimezone(zone_at(instant_us, time_zone)).date()
    while instant_us < day_bounds_us(day, time_zone)[0]:
        day -= timedelta(days=1)
    while instant_us >= day_bounds_us(day, time_zone)[1]:
        day += timedelta(days=1)
    return day


def zone_change_us(now_us: int, time_zone: str) -> int:
    """When a change of zone takes effect: at the first local midnight at least `NOTICE_US` away. So it moves no day
    that has begun, and every instant keeps the day it was stored under."""
    return day_bounds_us(local_day(now_us + NOTICE_US, time_zone), time_zone)[1]


def _first_instant_us(day: date, time_zone: str) -> int:
    """A day begins with the first zone that reaches it while in force; no zone leads back to a day before."""
    first = 0
    for span in zone_spans(time_zone):
        first = max(span.starts_at_us, _midnight_us(day, span.zone))
        if first < span.ends_at_us:
            break
    return first


def _midnight_us(day: date, tz: ZoneInfo) -> int:
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
