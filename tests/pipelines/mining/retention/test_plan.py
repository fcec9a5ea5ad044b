"""Retention: what may stay, person by person and day by day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.assignments.permission import ProjectTerms
from domain.assignments.terms import Goal, Terms
from domain.dates.collection_windows import CollectionWindow
from domain.dates.days import day_bounds_us
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.retention.plan import (
    KeptProject,
    Retention,
    RetentionFacts,
    kept_people,
    projects_to_purge,
    retention_of,
)
from tests.fixtures.assignments import all_continuous

NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)
OLD, RECENT = date(2026, 3, 2), date(2026, 5, 20)
EVERYTHING = (CollectionWindow(1, 0),)


def project(**changes: object) -> KeptProject:
    facts: dict[str, object] = {
        "project_id": 3,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "stage": "collecting",
        "closed_at": None,
        "last_opened_at": NOW,
        "people": frozenset({1}),
        "uses": ProjectTerms(project_id=3, terms=Terms(), pools=frozenset({1, 2})),
    }
    return KeptProject(**{**facts, **changes})  # type: ignore[arg-type]


def facts(*projects: KeptProject, windows: tuple[CollectionWindow, ...] = EVERYTHING) -> RetentionFacts:
    collection = CollectionFacts({1: "Europe/Berlin"}, all_continuous(windows))
    return RetentionFacts(now=NOW, retention=Retention(), projects=projects, collection=collection)


def test_nothing_may_stay_that_no_window_covers() -> None:
    assert kept_people(facts(project(), windows=()), RECENT) == set()


def test_user_data_in_no_project_stays_thirty_days() -> None:
    assert kept_people(facts(), RECENT) == {1}
    assert kept_people(facts(), OLD) == set()
    oldest = (NOW - timedelta(days=30)).date()
    assert kept_people(facts(), oldest) == {1}
    assert kept_people(facts(), oldest - timedelta(days=1)) == set()


def test_user_data_in_a_project_stays_as_long_as_the_project() -> None:
    assert kept_people(facts(project()), OLD) == {1}
    assert kept_people(facts(project(starts_on=RECENT)), OLD) == set()
    assert kept_people(facts(project(people=frozenset({2}))), OLD) == set()


@pytest.mark.parametrize(
    "uses",
    [
        ProjectTerms(project_id=3, terms=Terms()),
        ProjectTerms(project_id=3, terms=Terms(goals=frozenset({Goal.TASK_TIMELINE})), pools=frozenset({1})),
    ],
)
def test_a_project_that_may_not_be_mined_from_the_data_neither_keeps_it_nor_takes_it_along(uses: ProjectTerms) -> None:
    """It only has the person in it: their request for it was rejected, or never filed."""
    assert kept_people(facts(project(uses=uses)), OLD) == set()
    expired = project(uses=uses, stage="closed", closed_at=NOW - timedelta(days=20))
    assert kept_people(facts(expired), RECENT) == {1}


def test_a_projects_data_goes_ten_days_after_it_was_closed() -> None:
    just_closed = project(stage="closed", closed_at=NOW - timedelta(days=9))
    expired = project(stage="archived", closed_at=NOW - timedelta(days=10))
    assert kept_people(facts(just_closed), OLD) == {1}
    assert kept_people(facts(expired), OLD) == set()
    assert kept_people(facts(expired), RECENT) == set()
    assert kept_people(facts(expired, project(project_id=4)), RECENT) == {1}


def test_what_a_withdrawn_approval_alone_covered_goes() -> None:
    starts, ends = day_bounds_us(RECENT, "Europe/Berlin")
    before = (CollectionWindow(1, starts - 1_000, starts),)
    assert kept_people(facts(project(), windows=before), RECENT) == set()
    assert kept_people(facts(project(), windows=(*before, CollectionWindow(1, ends - 1, ends))), RECENT) == {1}


def test_mined_data_goes_with_its_project_or_when_nobody_looks() -> None:
    assert projects_to_purge(facts(project()), {3}) == []
    assert projects_to_purge(facts(project(last_opened_at=NOW - timedelta(days=10))), {3}) == [3]
    assert projects_to_purge(facts(project(stage="closed", closed_at=NOW - timedelta(days=10))), {3}) == [3]
    assert projects_to_purge(facts(), {3}) == [3]


def test_results_that_show_what_was_withdrawn_go_where_nobody_mines_them_anew() -> None:
    just_now, yesterday = NOW - timedelta(minutes=1), NOW - timedelta(days=1)
    assert projects_to_purge(facts(project(withdrawn_at=just_now)), {3}) == []
    assert projects_to_purge(facts(project(withdrawn_at=yesterday)), {3}) == [3]
    archived = project(stage="archived", closed_at=just_now)
    assert projects_to_purge(facts(archived), {3}) == []
    assert projects_to_purge(facts(replace(archived, withdrawn_at=just_now)), {3}) == [3]


def test_records_that_are_missing_have_their_defaults() -> None:
    assert retention_of({}) == Retention()
    assert retention_of({"user_data_days": 7, "other": 1}) == Retention(user_data_days=7)
