"""Local days: they follow each other without gap or overlap, wherever clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.days import day_bounds_us, local_day, user_days
from domain.errors import DomainError
from domain.event_batches import to_microseconds

HOUR = 3_600_000_000
#: Clocks change at 2 or 3, at midnight forwards, at midnight backwards, by half an hour, and by skipping a day.
ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "Africa/Cairo",
        "America/Havana",
        "Australia/Lord_Howe",
        "Asia/Beirut",
        "Pacific/Kiritimati",
    ]
)
DAYS = st.dates(date(1990, 1, 1), date(2035, 12, 31))


@given(DAYS, ZONES)
def test_a_day_ends_where_the_next_begins(day: date, time_zone: str) -> None:
    start, end = day_bounds_us(day, time_zone)
    assert start <= end == day_bounds_us(day + timedelta(days=1), time_zone)[0]


@given(st.datetimes(datetime(1990, 1, 2), datetime(2035, 12, 31)), ZONES)
def test_every_instant_lies_in_its_day(instant: datetime, time_zone: str) -> None:
    instant_us = to_microseconds(instant.replace(tzinfo=UTC))
    start, end = day_bounds_us(local_day(instant_us, time_zone), time_zone)
    assert start <= instant_us < end


@pytest.mark.parametrize(
    ("day", "time_zone", "hours"),
    [
        (date(2026, 3, 29), "Europe/Berlin", 23),
        (date(2026, 10, 25), "Europe/Berlin", 25),
        (date(2026, 3, 8), "America/Havana", 23),  # 00:00 is skipped to 01:00
        (date(2026, 11, 1), "America/Havana", 25),  # 00:00 to 01:00 happens twice
        (date(2026, 10, 4), "Australia/Lord_Howe", 23.5),
        (date(1994, 12, 31), "Pacific/Kiritimati", 0),  # never happened there
        (date(2026, 7, 1), "UTC", 24),
    ],
)
def test_a_day_has_the_hours_its_clocks_show(day: date, time_zone: str, hours: float) -> None:
    start, end = day_bounds_us(day, time_zone)
    assert end - start == hours * HOUR


def test_user_days_are_every_day_from_first_to_last() -> None:
    days = list(user_days(date(2026, 3, 28), date(2026, 3, 30), "Europe/Berlin"))
    assert [day.day.day for day in days] == [28, 29, 30]
    assert list(user_days(date(2026, 3, 2), date(2026, 3, 1), "UTC")) == []


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "a\0b"])
def test_a_zone_that_is_none_is_named(name: str) -> None:
    with pytest.raises(DomainError, match="give an IANA name"):
        day_bounds_us(date(2026, 1, 1), name)
