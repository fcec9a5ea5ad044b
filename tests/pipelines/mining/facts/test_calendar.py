"""Hours of the wall clock: they cover their day without gap, also on a day on which the person's zone changes."""

from datetime import date
from itertools import pairwise

import pytest

from domain.dates.days import day_bounds_us, zone_change_us
from domain.dates.time_zones import with_former_zones, zone_at
from domain.event_batches import from_microseconds
from pipelines.mining.facts.calendar import local_hours

DAY = date(2026, 3, 2)
MOVED_US = zone_change_us(day_bounds_us(DAY, "Europe/Berlin")[0], "Europe/Berlin")
GOING_WEST = with_former_zones("America/New_York", [("Europe/Berlin", MOVED_US)])
GOING_EAST = with_former_zones("Asia/Kathmandu", [("Europe/Berlin", MOVED_US)])


@pytest.mark.parametrize(
    ("time_zone", "day", "hours"),
    [
        ("Europe/Berlin", DAY, [*range(24)]),
        ("Europe/Berlin", date(2026, 10, 25), [0, 1, 2, *range(3, 24)]),  # the hour that comes twice is one stretch
        (GOING_WEST, DAY, [*range(24), *range(18, 24)]),
        (GOING_EAST, date(2026, 3, 3), [*range(4, 24)]),
    ],
)
def test_the_hours_of_a_day_follow_each_other(time_zone: str, day: date, hours: list[int]) -> None:
    rows = local_hours([time_zone], [day]).to_pylist()
    assert [row["hour"] for row in rows] == hours
    assert (rows[0]["starts_us"], rows[-1]["ends_us"]) == day_bounds_us(day, time_zone)
    assert all(row["ends_us"] == then["starts_us"] for row, then in pairwise(rows))
    for row in rows:
        shown = from_microseconds(row["starts_us"]).astimezone(zone_at(row["starts_us"], time_zone))
        assert shown.hour == row["hour"]
