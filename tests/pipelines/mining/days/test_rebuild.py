"""Which days are rebuilt: those that events touch, and those whose last stretch ends elsewhere because of them."""

from datetime import date, timedelta

from domain.dates.collection_windows import CollectionWindow
from domain.dates.days import day_bounds_us
from pipelines.mining.days.carried_states import CarriedState
from pipelines.mining.days.rebuild import days_to_rebuild, next_built_days
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.raw_events.touched_days import TouchedDay
from tests.fixtures.assignments import all_continuous

MONDAY = date(2026, 3, 2)
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=number) for number in (1, 2, 3))
HOUR_US = 3_600 * 1_000_000
FACTS = CollectionFacts({1: "UTC", 2: "UTC"}, all_continuous((CollectionWindow(1, 0), CollectionWindow(2, 0))))


def at(day: date, hour: float) -> int:
    return day_bounds_us(day, "UTC")[0] + int(hour * HOUR_US)


def carried(
    day: date,
    *,
    person: int = 1,
    state: str = "locked",
    since: float = 18,
    ended_us: int | None = None,
    first: float | None = 8,
) -> CarriedState:
    return CarriedState(
        day=day,
        workstation_user_id=person,
        state=state,
        context_key=0,
        stretch_started_us=at(day, since),
        last_event_us=at(day, since),
        ended_us=at(day, since) if ended_us is None else ended_us,
        first_event_us=None if first is None else at(day, first),
        is_session_start=False,
        event_count=10,
    )


def touched(day: date, hour: float = 8, *, person: int = 1) -> TouchedDay:
    return TouchedDay(workstation_user_id=person, day=day, first_us=at(day, hour), event_count=5)


def test_nothing_touched_rebuilds_nothing() -> None:
    assert days_to_rebuild([carried(MONDAY)], [], FACTS) == []


def test_the_first_day_is_built_alone() -> None:
    assert days_to_rebuild([], [touched(MONDAY)], FACTS) == [(MONDAY,)]


def test_a_new_day_rebuilds_the_day_before_whose_end_nobody_knew() -> None:
    before = [carried(MONDAY, ended_us=at(MONDAY, 19))]
    assert days_to_rebuild(before, [touched(TUESDAY)], FACTS) == [(MONDAY, TUESDAY)]


def test_days_without_events_between_two_days_are_built_too() -> None:
    before = [carried(MONDAY, ended_us=at(MONDAY, 19))]
    assert days_to_rebuild(before, [touched(THURSDAY)], FACTS) == [(MONDAY, TUESDAY, WEDNESDAY, THURSDAY)]


def test_days_outside_every_window_are_left_out() -> None:
    windows = (CollectionWindow(1, at(MONDAY, 0), at(TUESDAY, 0)), CollectionWindow(1, at(THURSDAY, 0)))
    facts = CollectionFacts({1: "UTC"}, all_continuous(windows))
    before = [carried(MONDAY, ended_us=at(MONDAY, 19))]
    assert days_to_rebuild(before, [touched(THURSDAY)], facts) == [(MONDAY, THURSDAY)]


def test_a_late_event_rebuilds_only_its_day() -> None:
    before = [carried(day, ended_us=at(day + timedelta(days=1), 8)) for day in (MONDAY, TUESDAY, WEDNESDAY)]
    assert days_to_rebuild(before, [touched(TUESDAY, 12)], FACTS) == [(TUESDAY,)]


def test_a_late_event_before_the_first_one_rebuilds_the_night_before() -> None:
    before = [carried(day, ended_us=at(day + timedelta(days=1), 8)) for day in (MONDAY, TUESDAY, WEDNESDAY)]
    assert days_to_rebuild(before, [touched(TUESDAY, 0.5)], FACTS) == [(MONDAY, TUESDAY)]


def test_an_undecided_lock_is_decided_by_somebody_elses_new_day() -> None:
    late_lock = carried(MONDAY, person=2, since=23.5, ended_us=at(TUESDAY, 0))
    done = carried(MONDAY, state="unobserved")
    assert days_to_rebuild([done, late_lock], [touched(TUESDAY)], FACTS) == [(MONDAY, TUESDAY)]


def test_who_was_signed_out_changes_nothing() -> None:
    assert days_to_rebuild([carried(MONDAY, state="unobserved")], [touched(TUESDAY)], FACTS) == [(TUESDAY,)]


def test_two_days_far_apart_are_two_ranges() -> None:
    days = [MONDAY + timedelta(days=number) for number in range(5)]
    before = [carried(day, ended_us=at(day + timedelta(days=1), 8)) for day in days]
    late = [touched(days[1], 12), touched(days[4], 12)]
    assert days_to_rebuild(before, late, FACTS) == [(days[1],), (days[4],)]


def test_the_next_day_follows_where_the_carried_state_changed() -> None:
    old = [carried(MONDAY), carried(TUESDAY)]
    new = [carried(MONDAY, since=20), carried(TUESDAY)]
    assert next_built_days(old, old, [MONDAY, TUESDAY], MONDAY, FACTS) == ()
    assert next_built_days(old, new, [MONDAY, TUESDAY], MONDAY, FACTS) == (TUESDAY,)
    assert next_built_days(old, new, [MONDAY], MONDAY, FACTS) == ()


def test_years_between_an_old_recording_and_today_are_not_built_day_by_day() -> None:
    today = date(2029, 3, 2)
    facts = CollectionFacts(
        {1: "UTC"},
        all_continuous(
            [CollectionWindow(1, at(MONDAY, 0), at(WEDNESDAY, 0)), CollectionWindow(1, at(today, 0), at(today, 24))]
        ),
    )
    old = [carried(today)]
    new = [carried(MONDAY), carried(today)]
    assert next_built_days(old, new, [MONDAY, today], MONDAY, facts) == (TUESDAY, today)
