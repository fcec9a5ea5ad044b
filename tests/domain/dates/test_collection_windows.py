"""Collection windows: nothing by default, unions, and whole local days."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dates.collection_windows import CollectionWindow, clip, covers, union, windows_of_dates
from domain.errors import DomainError

HOUR = 3_600_000_000
BOUNDS = st.integers(0, 60)
WINDOWS = st.lists(st.builds(CollectionWindow, st.just(1), BOUNDS, st.one_of(st.none(), BOUNDS)), max_size=6)


def test_no_windows_cover_nothing() -> None:
    assert union([]) == ()
    assert not covers((), 5)
    assert list(clip((), 0, 10)) == []


def test_the_end_is_outside_and_an_open_end_covers_the_future() -> None:
    window = union([CollectionWindow(1, 10, 20)])
    assert [covers(window, instant) for instant in (9, 10, 19, 20)] == [False, True, True, False]
    assert covers(union([CollectionWindow(1, 10)]), 2**62)


def test_touching_windows_are_one() -> None:
    assert union([CollectionWindow(1, 20, 30), CollectionWindow(1, 10, 20)]) == ((10, 30),)


@given(WINDOWS, st.integers(-1, 61), st.integers(0, 61))
def test_a_union_covers_what_one_of_its_windows_covers(
    windows: list[CollectionWindow], start: int, length: int
) -> None:
    merged = union(windows)
    inside = {i for i in range(start, start + length) if any(w.interval[0] <= i < w.interval[1] for w in windows)}
    assert {i for i in range(start, start + length) if covers(merged, i)} == inside
    assert {i for a, b in clip(merged, start, start + length) for i in range(a, b)} == inside
    assert all(before[1] < after[0] for before, after in pairwise(merged))


def test_dates_are_whole_local_days_of_the_person() -> None:
    starts_at_us, ends_at_us = windows_of_dates(date(2026, 3, 29), date(2026, 3, 29), "Europe/Berlin")
    assert ends_at_us is not None
    assert ends_at_us - starts_at_us == 23 * HOUR
    assert windows_of_dates(date(2026, 3, 29), None, "Europe/Berlin") == (starts_at_us, None)


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(DomainError, match="exchange them"):
        windows_of_dates(date(2026, 3, 2), date(2026, 3, 1), "UTC")


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "time_zone"),
    [
        (date(2026, 1, 1), date.max, "UTC"),
        (date.max, None, "UTC"),
        (date(9999, 12, 30), date(9999, 12, 30), "Etc/GMT+12"),
        (date.min, None, "Asia/Tokyo"),
    ],
)
def test_dates_at_the_ends_of_the_calendar_are_refused(starts_on: date, ends_on: date | None, time_zone: str) -> None:
    with pytest.raises(DomainError, match="leave the calendar"):
        windows_of_dates(starts_on, ends_on, time_zone)
