"""Compares what the product found with the truth, figure by figure, and names the rule behind each deviation.

Add a figure to `compare` when the product computes one more.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import msgspec

from domain.activity_states import ActivityKind
from domain.contexts import EXCLUDED_CONTEXT_KEY
from simulator.days.records import TaskInstance
from simulator.truth.expected import Activity, EventCounts, PersonTruth, Truth
from simulator.truth.product_results import ProductResults, read_product_results

HOUR_SECONDS = 3600.0
MICROSECONDS = 1_000_000

EXACT = "exact"
ROUNDED = "rounding rule: the marts hold seconds, the truth microseconds"
UNEXPLAINED = "no rule explains this"


class Finding(msgspec.Struct, frozen=True):
    """One line of the table. Hours or counts, as `unit` says."""

    what: str
    expected: float
    found: float
    unit: str
    explanation: str

    @property
    def deviation(self) -> float:
        return self.found - self.expected

    @property
    def is_explained(self) -> bool:
        return self.explanation != UNEXPLAINED


def verify(
    truth: Truth,
    *,
    lake: Path,
    database_url: str,
    project_id: int,
    receipts: EventCounts | None = None,
    logins: Collection[str] | None = None,
) -> list[Finding]:
    """The whole table for one project. `logins`: the project's people, if not everybody; `receipts` are everybody's."""
    people = {login: person for login, person in truth.people.items() if logins is None or login in logins}
    of_project = Truth(people=people)
    results = read_product_results(
        lake=lake, database_url=database_url, project_id=project_id, logins=list(of_project.people)
    )
    findings = compare(of_project, results)
    return (compare_receipts(truth.counts, receipts) if receipts is not None else []) + findings


def compare(truth: Truth, results: ProductResults) -> list[Finding]:
    return [
        *_compare_events(truth.counts, results),
        *compare_activities(truth.people.values(), results),
        *_compare_task_instances(truth.people.values(), results),
        *_compare_hours(truth, results),
    ]


def compare_receipts(counts: EventCounts, receipts: EventCounts) -> list[Finding]:
    findings = [
        _counted("events sent", counts.sent, receipts.sent),
        _counted("events accepted", counts.accepted, receipts.accepted),
        _counted("events duplicate", counts.duplicate, receipts.duplicate),
    ]
    return findings + _by_name("events refused: {}", counts.refused, receipts.refused)


def _compare_events(counts: EventCounts, results: ProductResults) -> list[Finding]:
    stored = _counted("raw events stored", counts.stored, results.stored_count)
    return [stored, *_by_name("losses: {}", counts.refused, results.refused)]


def compare_activities(people: Iterable[PersonTruth], results: ProductResults) -> list[Finding]:
    """Interval by interval: start, end, state and context of each, and none more."""
    expected = {
        (results.workstation_user_ids.get(person.login, -1), *_interval(activity))
        for person in people
        for activity in person.activities
    }
    found = set(results.activities)
    overlapping = _overlapping_count(sorted((user, start, end) for user, start, end, _, _ in results.activities))
    return [
        _counted("activities", len(expected), len(results.activities)),
        _counted("activities equal in person, start, end, state, context", len(expected), len(expected & found)),
        _counted("activities that overlap another of the same person", 0, overlapping),
        _counted("activities in an excluded context", 0, sum(row[4] == EXCLUDED_CONTEXT_KEY for row in found)),
    ]


def _interval(activity: Activity) -> tuple[int, int, str, int | None]:
    key = None if activity.context is None else activity.context.key
    return activity.started_us, activity.ended_us, str(activity.state), key


def _overlapping_count(intervals: Sequence[tuple[int, int, int]]) -> int:
    pairs = pairwise(intervals)
    return sum(user == next_user and next_start < end for (user, _, end), (next_user, next_start, _) in pairs)


def _compare_task_instances(people: Iterable[PersonTruth], results: ProductResults) -> list[Finding]:
    expected = sorted(
        (instance.scope_name, results.workstation_user_ids.get(person.login, -1), *_execution(instance))
        for person in people
        for instance in person.task_instances
    )
    equal = len(set(expected) & set(results.task_instances))
    findings = [
        _counted(f"task instances: {name}", _count(expected, name), _count(results.task_instances, name))
        for name in sorted({row[0] for row in expected} | {row[0] for row in results.task_instances})
    ]
    return [*findings, _counted("task instances equal in person, case, start, end", len(set(expected)), equal)]


def _execution(instance: TaskInstance) -> tuple[str, int, int]:
    return instance.case_id, instance.started_us, instance.ended_us


def _count(rows: Iterable[tuple[str, int, str, int, int]], name: str) -> int:
    return sum(row[0] == name for row in rows)


def _compare_hours(truth: Truth, results: ProductResults) -> list[Finding]:
    by_kind = {str(kind): value / MICROSECONDS for kind, value in truth.microseconds_by_kind().items()}
    inside, outside = truth.microseconds_in_and_out_of_tasks()
    findings = [
        _hours(f"hours {kind}", by_kind.get(kind, 0.0), results.seconds_by_kind.get(kind, 0.0)) for kind in ActivityKind
    ]
    for title, expected, found in (
        ("hours in category {}", truth.microseconds_by_category(), _seconds(results.microseconds_by_category)),
        ("hours in tasks: {}", inside, results.in_task_seconds),
        ("hours out of tasks: {}", outside, results.out_of_task_seconds),
    ):
        seconds = _seconds(expected)
        names = sorted(seconds.keys() | found.keys(), key=lambda name: (-seconds.get(name, 0.0), name))
        findings += [_hours(title.format(name), seconds.get(name, 0.0), found.get(name, 0.0)) for name in names]
    return findings


def _seconds(microseconds: dict[str, int]) -> dict[str, float]:
    return {name: value / MICROSECONDS for name, value in microseconds.items()}


def _by_name(title: str, expected: dict[str, int], found: dict[str, int]) -> list[Finding]:
    names = sorted(expected.keys() | found.keys())
    return [_counted(title.format(name), expected.get(name, 0), found.get(name, 0)) for name in names]


def _counted(what: str, expected: int, found: int) -> Finding:
    return Finding(what, expected, found, "count", EXACT if expected == found else UNEXPLAINED)


def _hours(what: str, expected_seconds: float, found_seconds: float) -> Finding:
    """A figure in hours. Below a millisecond per hour and below a second in all, rounding explains it."""
    deviation = abs(found_seconds - expected_seconds)
    if deviation < 1e-6 * max(1.0, expected_seconds / HOUR_SECONDS):
        explanation = EXACT
    elif deviation < min(1.0, 1e-3 * max(1.0, expected_seconds / HOUR_SECONDS)):
        explanation = ROUNDED
    else:
        explanation = UNEXPLAINED
    return Finding(what, expected_seconds / HOUR_SECONDS, found_seconds / HOUR_SECONDS, "hours", explanation)
