"""Local days: they follow each other without gap or overlap, wherever clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dates.days import HOUR_US, LONGEST_DAY_US, NOTICE_US, day_bounds_us, local_day, zone_change_us
from domain.dates.time_zones import with_former_zones
from domain.errors import DomainError
from domain.event_batches import to_microseconds

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
MARCH = to_microseconds(datetime(2026, 3, 1, tzinfo=UTC))


@st.composite
def moves(draw: st.DrawFn) -> tuple[str, str, int]:
    """Somebody's zones before and after one more change of zone, and when it was made; in March and April of 2026."""
    far = st.sampled_from(["Pacific/Pago_Pago", "America/New_York", "Asia/Tokyo"])
    former: list[tuple[str, int]] = []
    current, now_us = draw(ZONES | far), MARCH
    before = current
    for _ in range(draw(st.integers(1, 3))):
        now_us += draw(st.integers(0, 200 * HOUR_US))
        before = with_former_zones(current, former)
        former.append((current, zone_change_us(now_us, before)))
        current, changed_us, now_us = draw(ZONES | far), now_us, former[-1][1]
    return before, with_former_zones(current, former), changed_us


@given(moves(), st.integers(-100 * HOUR_US, 900 * HOUR_US))
def test_days_follow_each_other_and_hold_their_instants_though_zones_change(
    zones: tuple[str, str, int], since_us: int
) -> None:
    _, time_zone, _ = zones
    instant_us = MARCH + since_us
    day = local_day(instant_us, time_zone)
    start, end = day_bounds_us(day, time_zone)
    assert start <= instant_us < end == day_bounds_us(day + timedelta(days=1), time_zone)[0]
    assert end - start <= LONGEST_DAY_US


@pytest.mark.parametrize(
    ("former", "current", "hours"),
    [("Europe/Berlin", "America/New_York", 30), ("Pacific/Kiritimati", "Etc/GMT+12", LONGEST_DAY_US // HOUR_US)],
)
def test_the_day_of_a_move_westwards_is_longer_by_all_of_it(former: str, current: str, hours: int) -> None:
    moved_us = zone_change_us(MARCH, former)
    start, end = day_bounds_us(local_day(MARCH, former), with_former_zones(current, [(former, moved_us)]))
    assert end - start == hours * HOUR_US


@given(moves(), st.integers(0, 2_000 * HOUR_US))
def test_a_change_of_zone_moves_nothing_to_another_day_before_it_takes_effect(
    zones: tuple[str, str, int], ago_us: int
) -> None:
    before, after, changed_us = zones
    effect_us = zone_change_us(changed_us, before)
    assert NOTICE_US <= effect_us - changed_us <= 52 * HOUR_US
    instant_us = effect_us - 1 - ago_us
    assert local_day(instant_us, after) == local_day(instant_us, before)


def test_a_day_of_change_is_longer_going_west_and_the_next_shorter_going_east() -> None:
    def hours(former: str, current: str) -> list[float]:
        noon_us = to_microseconds(datetime(2026, 3, 2, 12, tzinfo=UTC))
        time_zone = with_former_zones(current, [(former, zone_change_us(noon_us, former))])
        bounds = [day_bounds_us(date(2026, 3, day), time_zone) for day in (2, 3, 4)]
        return [(until - start) / HOUR_US for start, until in bounds]

    assert hours("Europe/Berlin", "America/New_York") == [30, 24, 24]
    assert hours("Europe/Berlin", "Asia/Kolkata") == [24, 19.5, 24]


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
    assert end - start == hours * HOUR_US


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "a\0b"])
def test_a_zone_that_is_none_is_named(name: str) -> None:
    with pytest.raises(DomainError, match="give an IANA name"):
        day_bounds_us(date(2026, 1, 1), name)
