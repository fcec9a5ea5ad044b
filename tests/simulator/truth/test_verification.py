"""The table of deviations: silent about a faithful product, loud about any other."""

from collections.abc import Callable
from datetime import date

import pytest

from simulator.parameters import Parameters, Rates
from simulator.truth.expected import EventCounts, Truth
from simulator.truth.product_results import ProductResults
from simulator.truth.verification import EXACT, ROUNDED, UNEXPLAINED, compare, compare_receipts
from simulator.workforce import simulate

PARAMETERS = Parameters(
    last_on=date(2026, 3, 6),
    people_per_team=1,
    working_days=2,
    rates=Rates(visit_seconds=300, events_per_person_day=100),
)


@pytest.fixture(scope="module")
def truth() -> Truth:
    truth = Truth()
    for day in simulate(PARAMETERS):
        truth.add(day.truth)
    return truth


def faithful(truth: Truth) -> ProductResults:
    ids = {login: number for number, login in enumerate(truth.people)}
    inside, outside = truth.microseconds_in_and_out_of_tasks()
    return ProductResults(
        workstation_user_ids=ids,
        stored_count=truth.counts.stored,
        refused=dict(truth.counts.refused),
        activities=[
            (ids[login], each.started_us, each.ended_us, str(each.state), each.context.key if each.context else None)
            for login, person in truth.people.items()
            for each in person.activities
        ],
        task_instances=[
            (each.scope_name, ids[login], each.case_id, each.started_us, each.ended_us)
            for login, person in truth.people.items()
            for each in person.task_instances
        ],
        microseconds_by_category=truth.microseconds_by_category(),
        seconds_by_kind={str(kind): value / 1e6 for kind, value in truth.microseconds_by_kind().items()},
        in_task_seconds={name: value / 1e6 for name, value in inside.items()},
        out_of_task_seconds={name: value / 1e6 for name, value in outside.items()},
    )


def test_a_faithful_product_deviates_nowhere(truth: Truth) -> None:
    findings = compare(truth, faithful(truth))
    assert {finding.explanation for finding in findings} == {EXACT}
    assert len(findings) > 40


def forget_an_activity(results: ProductResults) -> None:
    results.activities.pop()


def invent_an_overlap(results: ProductResults) -> None:
    user, started_us, ended_us, state, key = results.activities[0]
    results.activities[0] = (user, started_us, ended_us + 1, state, key)


def shift_a_task_instance(results: ProductResults) -> None:
    name, user, case, started_us, ended_us = results.task_instances[0]
    results.task_instances[0] = (name, user, case, started_us, ended_us + 1)


def store_a_refused_event(results: ProductResults) -> None:
    results.stored_count += 1


def lose_a_minute(results: ProductResults) -> None:
    results.seconds_by_kind["productive"] -= 60


def swap_a_category(results: ProductResults) -> None:
    results.microseconds_by_category["Telephone"] = results.microseconds_by_category.pop("Telephony")


@pytest.mark.parametrize(
    "fault",
    [
        forget_an_activity,
        invent_an_overlap,
        shift_a_task_instance,
        store_a_refused_event,
        lose_a_minute,
        swap_a_category,
    ],
)
def test_every_fault_is_a_deviation_that_no_rule_explains(
    truth: Truth, fault: Callable[[ProductResults], None]
) -> None:
    results = faithful(truth)
    fault(results)
    assert any(not finding.is_explained and finding.deviation for finding in compare(truth, results))


def test_the_rounding_of_seconds_is_named(truth: Truth) -> None:
    results = faithful(truth)
    results.seconds_by_kind["idle"] += 0.0009
    assert {finding.explanation for finding in compare(truth, results) if finding.deviation} == {ROUNDED}


def test_receipts_are_held_against_the_truth_reason_by_reason() -> None:
    told = EventCounts(sent=10, accepted=7, duplicate=1, refused={"clock_ahead": 2})
    assert all(finding.explanation == EXACT for finding in compare_receipts(told, told))
    other = EventCounts(sent=10, accepted=7, duplicate=1, refused={"outside_collection_window": 2})
    wrong = [finding.what for finding in compare_receipts(told, other) if finding.explanation == UNEXPLAINED]
    assert wrong == ["events refused: clock_ahead", "events refused: outside_collection_window"]
