"""What a workforce promises whatever its seed: sums that hold, equal seeds, parameters that scale."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dates.days import local_day
from domain.errors import DomainError
from domain.event_batches import check_event_batch
from domain.losses import LossReason
from simulator.parameters import Parameters, Rates, last_working_day
from simulator.truth.expected import EventCounts, Truth
from simulator.workforce import PersonDay, simulate

FRIDAY = date(2026, 3, 6)
QUICK = Rates(visit_seconds=500, events_per_person_day=100, clock_ahead_share=1.0, resent_batch_share=0.3)


def small(*, seed: int = 1, people_per_team: int = 1, working_days: int = 2, rates: Rates = QUICK) -> Parameters:
    return Parameters(
        last_on=FRIDAY,
        seed=seed,
        people_per_team=people_per_team,
        working_days=working_days,
        events_per_batch=50,
        rates=rates,
    )


def truth_of(days: list[PersonDay]) -> Truth:
    truth = Truth()
    for day in days:
        truth.add(day.truth)
    return truth


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_activities_of_a_person_are_disjoint_and_in_order(seed: int) -> None:
    for person in truth_of(list(simulate(small(seed=seed)))).people.values():
        ends = 0
        for activity in person.activities:
            assert ends <= activity.started_us < activity.ended_us
            ends = activity.ended_us


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_every_delivery_adds_up_and_can_be_read_by_the_gate(seed: int) -> None:
    total = EventCounts()
    for day in simulate(small(seed=seed)):
        for delivery in day.deliveries:
            counts = delivery.counts
            check_event_batch(delivery.batch)
            assert delivery.batch.event_count == counts.sent
            assert counts.sent == counts.accepted + counts.duplicate + sum(counts.refused.values())
            total.add(counts)
    assert set(total.refused) == {LossReason.CLOCK_AHEAD, LossReason.OUTSIDE_COLLECTION_WINDOW}


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_a_task_instance_ends_after_it_started_and_hours_split_into_in_and_out_of_tasks(seed: int) -> None:
    truth = truth_of(list(simulate(small(seed=seed))))
    for person in truth.people.values():
        assert all(instance.started_us < instance.ended_us for instance in person.task_instances)
    inside, outside = truth.microseconds_in_and_out_of_tasks()
    assert {name: inside[name] + outside[name] for name in inside} == truth.microseconds_by_category()


def test_equal_parameters_make_equal_batches_and_another_seed_makes_others() -> None:
    one, two, other = (
        [delivery.batch for day in simulate(small(seed=seed)) for delivery in day.deliveries] for seed in (3, 3, 4)
    )
    assert one == two
    assert one != other


def test_more_people_do_not_change_those_who_were_there() -> None:
    few = truth_of(list(simulate(small())))
    many = truth_of(list(simulate(small(people_per_team=3))))
    assert len(many.people) == 3 * len(few.people)
    assert all(many.people[login].activities == person.activities for login, person in few.people.items())


def test_the_asked_number_of_events_per_day_is_met() -> None:
    rates = Rates(events_per_person_day=2000)
    days = list(simulate(small(rates=rates, working_days=3)))
    assert sum(day.truth.counts.sent for day in days) / len(days) == pytest.approx(2000, rel=0.1)


def test_every_working_day_is_covered_and_everybody_signs_out_in_the_end() -> None:
    parameters = small(working_days=7)
    truth = truth_of(list(simulate(parameters)))
    assert parameters.days[0] == date(2026, 2, 26)
    for person in truth.people.values():
        last = person.activities[-1]
        assert str(last.state) == "active"
        days = {local_day(activity.started_us, person.time_zone) for activity in person.activities}
        assert days >= set(parameters.days)


def test_a_weekend_as_last_day_is_refused_with_the_remedy() -> None:
    with pytest.raises(DomainError, match="weekend: name a day from Monday to Friday"):
        Parameters(last_on=date(2026, 3, 7))


@pytest.mark.parametrize(
    ("now", "day"), [(datetime(2026, 3, 9, 8, tzinfo=UTC), FRIDAY), (datetime(2026, 3, 7, 0, 1, tzinfo=UTC), FRIDAY)]
)
def test_the_last_working_day_is_over(now: datetime, day: date) -> None:
    assert last_working_day(lambda: now) == day
