"""Takes the golden day from landing to aggregates: every number is the one written by hand."""

from typing import Any

import pyarrow.parquet as pq
import pytest

from domain.dates.collection_windows import CollectionWindow, windows_of_dates
from domain.event_kinds import EventKind
from domain.tasks.audit_trails import parse_audit_trail
from pipelines.mining.facts.project import MiningFacts, ProjectPerson
from pipelines.mining.lake.files import Lake
from pipelines.steps.days import DaysProcessed, process_days
from pipelines.steps.project import ProjectMined, mine_project
from tests.fixtures import golden_day as golden
from tests.fixtures.assignments import all_continuous
from tests.pipelines.builders import Landing, collection_facts, dbt_builder, read_dataset

PROJECT_ID = 3
ALIAS = "WU-ABC123"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return Lake(tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="module")
def processed(lake: Lake) -> DaysProcessed:
    landing = Landing(lake)
    starts, ends = windows_of_dates(golden.COLLECTION_STARTS_ON, golden.COLLECTION_ENDS_ON, golden.TIME_ZONE)
    for delivery in golden.DELIVERIES:
        if delivery.accepted:
            landing.add(golden.WORKSTATION_USER_ID, delivery.session, delivery.events)
    facts = collection_facts(
        landing,
        time_zones={golden.WORKSTATION_USER_ID: golden.TIME_ZONE},
        windows=[CollectionWindow(golden.WORKSTATION_USER_ID, starts, ends)],
        event_filters=golden.EVENT_FILTERS,
    )
    done = process_days(lake, facts, dbt_builder())
    assert not done.built.discrepancies
    return done


@pytest.fixture(scope="module")
def mined(lake: Lake, processed: DaysProcessed) -> ProjectMined:
    person = ProjectPerson(
        workstation_user_id=golden.WORKSTATION_USER_ID,
        login=golden.LOGIN,
        alias=ALIAS,
        time_zone=golden.TIME_ZONE,
        assignments=all_continuous([CollectionWindow(golden.WORKSTATION_USER_ID, 0)]),
    )
    facts = MiningFacts(
        project_id=PROJECT_ID,
        project_name="Golden",
        starts_on=golden.DAY,
        ends_on=golden.DAY,
        mined_at_us=golden.us("18:00:00"),
        people=(person,),
        rule_set=golden.RULES,
        task_scopes={1: golden.TASK_SCOPE},
        audit_trails={1: tuple(parse_audit_trail(golden.AUDIT_TRAIL.splitlines()))},
    )
    return mine_project(lake, facts, dbt_builder())


def aggregate(lake: Lake, name: str) -> list[dict[str, Any]]:
    analysis = "task_activity" if name.startswith("task_activity") else "overall_activity"
    path = lake.project_file(f"aggregates/{analysis}/{name}", PROJECT_ID)
    rows: list[dict[str, Any]] = pq.ParquetFile(path).read().to_pylist()
    return rows


def summed(rows: list[dict[str, Any]], key: str, value: str) -> dict[str, float]:
    sums: dict[str, float] = {}
    for row in rows:
        sums[row[key]] = sums.get(row[key], 0) + row[value]
    return {name: total for name, total in sums.items() if total}


def test_each_event_is_stored_once(lake: Lake, processed: DaysProcessed) -> None:
    assert read_dataset(lake, "raw_events").num_rows == golden.RAW_EVENT_COUNT
    assert processed.compaction.landed_rows - processed.compaction.stored_rows == 2


def test_the_event_pool_keeps_nothing_of_an_excluded_context(lake: Lake, processed: DaysProcessed) -> None:
    pool = read_dataset(lake, "event_pool")
    assert pool.num_rows == golden.EVENT_POOL_COUNT
    assert golden.BANK.key not in pool["context_key"].to_pylist()
    elsewhere = [row["kind"] for row in pool.to_pylist() if row["context_key"] == golden.NOWHERE.key]
    assert elsewhere.count(EventKind.WINDOW_FOCUSED.code) == 1, "only that attention left the window before"
    assert EventKind.TYPED.code not in elsewhere


def test_activities_are_those_written_by_hand(lake: Lake, processed: DaysProcessed) -> None:
    expected = [
        (
            golden.us(each.started),
            golden.us(each.ended),
            str(each.state),
            None if each.context is None else each.context.key,
            each.event_count,
            each.key_count,
            each.click_count,
            each.copy_count,
            each.paste_count,
        )
        for each in golden.ACTIVITIES
    ]
    names = ("started_us", "ended_us", "state", "context_key", "event_count", "key_count", "click_count")
    found = [
        tuple(row[name] for name in (*names, "copy_count", "paste_count"))
        for row in read_dataset(lake, "activities").to_pylist()
    ]
    assert found == expected


def test_the_datamart_has_the_rules_applied(lake: Lake, mined: ProjectMined) -> None:
    rows = pq.ParquetFile(lake.project_file("datamart", PROJECT_ID)).read().to_pylist()
    expected = {
        (golden.us(each.started), each.activity_kind, each.category, each.application, each.window_name)
        for each in golden.ACTIVITIES
    }
    found = {
        (
            row["activity_started_us"],
            row["activity_kind"],
            row["category"],
            row["application"],
            row["window_name"],
        )
        for row in rows
    }
    assert found == expected
    assert sum(row["duration_us"] for row in rows) == golden.OBSERVED_SPAN_SECONDS * 1_000_000


def test_there_is_one_task_instance(lake: Lake, mined: ProjectMined) -> None:
    (instance,) = aggregate(lake, "task_activity_instances")
    assert (instance["task_name"], instance["case_id"], instance["alias"], instance["origin"]) == (
        golden.TASK_NAME,
        golden.TASK_CASE_ID,
        ALIAS,
        "automated",
    )
    assert instance["started_at"] == golden.at(golden.TASK_STARTED)
    assert instance["ended_at"] == golden.at(golden.TASK_ENDED)
    assert instance["duration_seconds"] == golden.TASK_SECONDS
    assert mined.left_out == {"unfinished": 1}


def test_the_day_adds_up(lake: Lake, mined: ProjectMined) -> None:
    (day,) = aggregate(lake, "overall_activity_days")
    assert day["active_seconds"] == golden.ACTIVE_SECONDS
    assert day["observed_seconds"] == golden.OBSERVED_SECONDS
    assert day["off_seconds"] == golden.SECONDS_BY_STATE["off"]
    assert day["idle_seconds"] == golden.SECONDS_BY_STATE["idle"]
    assert day["break_seconds"] == golden.SECONDS_BY_STATE["locked"]
    assert day["private_seconds"] == golden.SECONDS_BY_STATE["private"]
    assert day["switch_count"] == golden.SWITCH_COUNT
    assert day["switch_rate_per_active_hour"] == pytest.approx(golden.SWITCHES_PER_ACTIVE_HOUR)
    assert day["fragmentation"] == pytest.approx(golden.FRAGMENTATION)
    assert day["in_task_seconds"] + day["out_of_task_seconds"] == day["observed_seconds"]


def test_kinds_and_categories_have_their_seconds(lake: Lake, mined: ProjectMined) -> None:
    kinds = summed(aggregate(lake, "overall_activity_kinds"), "activity_kind", "seconds")
    assert kinds == golden.SECONDS_BY_KIND
    shown = {name: seconds for name, seconds in golden.SECONDS_BY_CATEGORY.items() if name not in {"Off", "Break"}}
    assert summed(aggregate(lake, "overall_activity_applications"), "category", "seconds") == shown
    assert summed(aggregate(lake, "overall_activity_windows"), "category", "seconds") == shown


def test_views_are_merged_visits(lake: Lake, mined: ProjectMined) -> None:
    views = summed(aggregate(lake, "overall_activity_applications"), "application", "view_count")
    assert {name: views[name] for name in golden.VIEWS_BY_APPLICATION} == golden.VIEWS_BY_APPLICATION


def test_hours_are_local(lake: Lake, mined: ProjectMined) -> None:
    rows = aggregate(lake, "overall_activity_hours")
    assert {(row["hour"], row["category"]): row["active_seconds"] for row in rows} == golden.ACTIVE_SECONDS_BY_HOUR
    assert {row["weekday"] for row in rows} == {"1 Mon"}


def test_a_paste_is_counted_with_its_copy(lake: Lake, mined: ProjectMined) -> None:
    rows = aggregate(lake, "overall_activity_copy_paste")
    found = {(row["copied_from"], row["pasted_into"]): (row["paste_count"], row["median_seconds"]) for row in rows}
    assert found == golden.COPY_PASTES


def test_time_is_in_or_out_of_task(lake: Lake, mined: ProjectMined) -> None:
    rows = aggregate(lake, "task_activity_in_out")
    assert summed(rows, "category", "in_task_seconds") == golden.IN_TASK_SECONDS_BY_CATEGORY
    assert summed(rows, "category", "out_of_task_seconds") == golden.OUT_OF_TASK_SECONDS_BY_CATEGORY


def test_time_inside_the_task_is_averaged_over_the_one_user_day(lake: Lake, mined: ProjectMined) -> None:
    rows = aggregate(lake, "task_activity_applications")
    shown = {name: each for name, each in golden.IN_TASK_SECONDS_BY_CATEGORY.items() if name not in {"Off", "Break"}}
    assert summed(rows, "category", "seconds") == shown
    assert {row["user_day"] for row in rows} == {f"{ALIAS}|{golden.DAY}"}
    assert {(row["is_used"], row["used_user_day"] == row["user_day"]) for row in rows} == {(True, True)}


def test_the_timeline_has_ten_parts(lake: Lake, mined: ProjectMined) -> None:
    found: dict[int, dict[str, float]] = {}
    for row in aggregate(lake, "task_activity_timeline"):
        assert row["instance_count"] == 1
        if row["share_sum"]:
            found.setdefault(row["part"], {})[row["category"]] = row["share_sum"]
    assert found == {
        part: {category: pytest.approx(sevenths / 7, abs=1e-8) for category, sevenths in of_part.items()}
        for part, of_part in golden.TIMELINE_SEVENTHS.items()
    }


def test_the_collection_is_described(lake: Lake, mined: ProjectMined) -> None:
    (row,) = aggregate(lake, "overall_activity_collection")
    assert (row["person_count"], row["user_day_count"], row["event_count"]) == (1, 1, golden.EVENT_POOL_COUNT)
    assert row["first_event_at"] == golden.at("08:00:00")
    assert row["last_event_at"] == golden.at("14:05:00")
