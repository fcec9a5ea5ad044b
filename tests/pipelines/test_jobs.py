"""The jobs as Dagster runs them, in this process, on the golden day and a real PostgreSQL."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import dagster as dg
import psycopg
import pytest
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import create_execution_plan, execute_run

from domain.landing_files import LANDING_FOLDER
from pipelines.definitions import build_definitions
from pipelines.mining.days.reconciliation import Discrepancy
from pipelines.mining_run import ACCOUNT_TAG, MINING_JOB_TAG, PARENT_RUN_TAG
from pipelines.resources.mining_claims import MiningClaims
from pipelines.sensors.day_ranges import day_range_tags
from pipelines.steps import days
from tests.fixtures import golden_day as golden
from tests.pipelines.builders import dbt_builder
from tests.pipelines.governed import PROJECT_ID, PROJECT_KEY, GoldenGovernance


@pytest.fixture(scope="module")
def governed(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> GoldenGovernance:
    return GoldenGovernance(database_url, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


TITLES = {
    event.context.window_title
    for delivery in golden.DELIVERIES
    for event in delivery.events
    if event.context.window_title
}
"""What nobody may read in Dagster."""


def run(
    governed: GoldenGovernance,
    instance: dg.DagsterInstance,
    name: str,
    *,
    partition_key: str | None = None,
    tags: dict[str, str] | None = None,
    raise_on_error: bool = True,
    config: dict[str, Any] | None = None,
) -> dg.ExecuteInProcessResult:
    definitions = build_definitions(governed.resources())
    return definitions.resolve_job_def(name).execute_in_process(
        instance=instance, partition_key=partition_key, tags=tags, raise_on_error=raise_on_error, run_config=config
    )


def build_day(governed: GoldenGovernance, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return run(governed, instance, "process_days", tags=day_range_tags([golden.DAY]))


def mine(governed: GoldenGovernance, instance: dg.DagsterInstance, **options: Any) -> dg.ExecuteInProcessResult:
    job_id = governed.request_mining_job()
    instance.add_dynamic_partitions("projects", [PROJECT_KEY])
    tags = {MINING_JOB_TAG: str(job_id)}
    return run(governed, instance, "mine_project", partition_key=PROJECT_KEY, tags=tags, **options)


@pytest.fixture(scope="module")
def processed(governed: GoldenGovernance, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    governed.land_golden_day()
    return build_day(governed, instance)


@pytest.fixture(scope="module")
def mined(
    governed: GoldenGovernance, instance: dg.DagsterInstance, processed: dg.ExecuteInProcessResult
) -> dg.ExecuteInProcessResult:
    return mine(governed, instance)


def marts(governed: GoldenGovernance) -> dict[str, list[tuple[Any, ...]]]:
    with psycopg.connect(governed.settings.database_url) as connection:
        names = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
        ).fetchall()
        return {
            name: sorted(connection.execute(f"select * from marts.{name}".encode()).fetchall(), key=repr)
            for (name,) in names
        }


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.blake2b(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def test_a_day_is_built_and_its_checks_pass(processed: dg.ExecuteInProcessResult) -> None:
    checks = {check.check_name: check.passed for check in processed.get_asset_check_evaluations()}
    assert set(checks.values()) == {True}
    assert checks.keys() >= {
        "raw_events_are_sound",
        "reconciles",
        "activities_are_sound",
        "positive_activities_duration_us",
    }
    keys = {
        event.asset_key.to_user_string() for event in processed.get_asset_materialization_events() if event.asset_key
    }
    daily = {model.name for model in dbt_builder().models() if model.is_selected(["tag:daily"])}
    assert keys == {"raw_events", "contexts", *daily}
    shown = {
        event.asset_key.to_user_string(): event.materialization.metadata
        for event in processed.get_asset_materialization_events()
        if event.asset_key
    }
    assert shown["activities"]["dagster/row_count"].value == len(golden.ACTIVITIES)
    assert f"{golden.DAY} " in str(shown["activities"]["rows_per_day"].value)


def test_a_landing_file_goes_when_it_is_absorbed(
    governed: GoldenGovernance, processed: dg.ExecuteInProcessResult
) -> None:
    assert list(governed.lake.dataset(LANDING_FOLDER).iterdir()) == []


@pytest.mark.usefixtures("mined")
def test_a_project_that_shows_groups_publishes_nobody_by_alias(governed: GoldenGovernance) -> None:
    query = "select distinct alias from marts.overall_activity_days"
    assert governed.execute("select visibility from governance.projects") == [("group",)]
    assert governed.execute(query) == [("(group) 1",)]


def test_a_mining_job_publishes_and_says_so(governed: GoldenGovernance, mined: dg.ExecuteInProcessResult) -> None:
    kinds = {row[4]: row[5] for row in marts(governed)["overall_activity_kinds"]}
    assert kinds == golden.SECONDS_BY_KIND
    assert [what for what, _ in governed.api.told if what != "progress"] == ["start", "finish"]
    facts = governed.api.told[-1][1]
    assert facts["missing"] == ["nora"]
    assert facts["row_counts"]["task_instances"] == 1


def test_each_node_shows_counts_and_no_contents(mined: dg.ExecuteInProcessResult) -> None:
    shown = {
        event.asset_key.path[-1]: event.materialization.metadata
        for event in mined.get_asset_materialization_events()
        if event.asset_key
    }
    kinds = shown["overall_activity_kinds"]
    assert kinds["dagster/row_count"].value == len(golden.SECONDS_BY_KIND)
    assert float(str(kinds["size_bytes"].value)) > 0
    assert float(str(kinds["seconds"].value)) > 0
    assert f"{golden.DAY} █" in str(shown["marts"]["rows_per_day"].value)
    everything = repr(shown)
    assert not {golden.LOGIN, golden.DISPLAY_NAME, "nora"} & set(re.findall(r"\w+", everything))
    assert golden.DISPLAY_NAME not in everything
    assert not [context for context in TITLES if context in everything]


def test_nobody_is_named_in_the_marts(governed: GoldenGovernance, mined: dg.ExecuteInProcessResult) -> None:
    everything = repr(marts(governed))
    assert golden.LOGIN not in everything
    assert golden.DISPLAY_NAME not in everything


def test_the_same_job_and_the_same_day_again_change_no_row(
    governed: GoldenGovernance, instance: dg.DagsterInstance, mined: dg.ExecuteInProcessResult
) -> None:
    rows, stored = marts(governed), files(governed.lake.root)
    build_day(governed, instance)
    mine(governed, instance)
    assert marts(governed) == rows
    assert files(governed.lake.root) == stored


def materialize(
    governed: GoldenGovernance, instance: dg.DagsterInstance, *names: str, tags: dict[str, str] | None = None
) -> dg.ExecuteInProcessResult:
    """As Dagster's UI does it: assets of one partition, in no job of ours. Without names, all of a project."""
    definitions = build_definitions(governed.resources())
    job = definitions.resolve_job_def("mine_project")
    whole = list(job.asset_layer.executable_asset_keys)
    chosen = [dg.AssetKey(name) for name in names] or whole
    instance.add_dynamic_partitions("projects", [PROJECT_KEY])
    return definitions.resolve_implicit_global_asset_job_def().execute_in_process(
        instance=instance, partition_key=PROJECT_KEY, asset_selection=chosen, tags=tags, raise_on_error=False
    )


def test_a_partition_materialized_in_dagster_is_a_mining_job_with_the_same_result(
    governed: GoldenGovernance, instance: dg.DagsterInstance, mined: dg.ExecuteInProcessResult
) -> None:
    rows, before = marts(governed), len(governed.api.told)
    result = materialize(governed, instance, tags={ACCOUNT_TAG: "ana"})
    assert result.success
    told = [(what, facts) for what, facts in governed.api.told[before:] if what != "progress"]
    assert [what for what, _ in told] == ["open", "start", "finish"]
    assert told[0][1] == {"project_id": PROJECT_ID, "run_id": result.run_id, "requested_by": "ana"}
    assert told[2][1]["missing"] == ["nora"]
    assert marts(governed) == rows
    run_now = instance.get_run_by_id(result.run_id)
    assert run_now is not None
    (state,) = governed.execute(
        "select state from governance.mining_jobs where mining_job_id = :id", id=int(run_now.tags[MINING_JOB_TAG])
    )
    assert state == ("done",)


def test_a_run_that_is_repeated_in_dagster_is_a_mining_job_of_its_own(
    governed: GoldenGovernance, instance: dg.DagsterInstance, mined: dg.ExecuteInProcessResult
) -> None:
    parent = mined.dagster_run
    before = len(governed.api.told)
    result = materialize(governed, instance, tags={**parent.tags, PARENT_RUN_TAG: parent.run_id})
    assert result.success
    told = [(what, facts) for what, facts in governed.api.told[before:] if what != "progress"]
    assert [what for what, _ in told] == ["open", "start", "finish"]
    assert told[0][1]["run_id"] == result.run_id
    repeated = instance.get_run_by_id(result.run_id)
    assert repeated is not None
    assert repeated.tags[MINING_JOB_TAG] != parent.tags[MINING_JOB_TAG]


def test_a_run_repeated_from_where_it_failed_is_refused(
    governed: GoldenGovernance, instance: dg.DagsterInstance, mined: dg.ExecuteInProcessResult
) -> None:
    rows, before = marts(governed), len(governed.api.told)
    job = build_definitions(governed.resources()).resolve_job_def("mine_project")
    tags = {**mined.dagster_run.tags, PARENT_RUN_TAG: mined.dagster_run.run_id}
    failed = create_execution_plan(job, step_keys_to_execute=["marts"], tags=tags)
    repeated = instance.create_run_for_job(job, execution_plan=failed, tags=tags)
    assert not execute_run(InMemoryJob(job), repeated, instance, raise_on_error=False).success
    (failure,) = instance.all_logs(repeated.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    assert "a project is mined as a whole" in str(failure)
    assert marts(governed) == rows
    assert len(governed.api.told) == before


def test_a_part_of_a_mining_job_is_refused_before_anything_changes(
    governed: GoldenGovernance, instance: dg.DagsterInstance, mined: dg.ExecuteInProcessResult
) -> None:
    rows, stored, before = marts(governed), files(governed.lake.root), len(governed.api.told)
    for part in ("marts", "context_categories"):
        result = materialize(governed, instance, part)
        assert not result.success
        said = str(result.all_events)
        assert "a project is mined as a whole" in said
    assert (marts(governed), files(governed.lake.root), len(governed.api.told)) == (rows, stored, before)


def test_a_run_by_hand_that_fails_ends_its_mining_job(
    governed: GoldenGovernance, instance: dg.DagsterInstance, mined: dg.ExecuteInProcessResult
) -> None:
    trail = governed.settings.audit_trails / "incidents.csv"
    trail.rename(trail.with_suffix(".away"))
    result = materialize(governed, instance)
    trail.with_suffix(".away").rename(trail)
    assert not result.success
    what, facts = governed.api.told[-1]
    assert what == "fail"
    assert facts["error"].endswith("put the file there, then mine the project again.")


def test_a_mining_job_waits_until_another_of_its_project_has_been_published(
    governed: GoldenGovernance, instance: dg.DagsterInstance, mined: dg.ExecuteInProcessResult
) -> None:
    before, results = len(governed.api.told), []
    other = MiningClaims(governed.settings.database_url)
    other.take(PROJECT_ID, say=lambda _: None)
    thread = Thread(target=lambda: results.append(mine(governed, instance)))
    thread.start()
    while not governed.execute("select 1 from pg_locks where locktype = 'advisory' and not granted"):
        assert thread.is_alive()
    assert len(governed.api.told) == before
    other.close()
    thread.join()
    assert [result.success for result in results] == [True]
    assert [what for what, _ in governed.api.told[before:] if what != "progress"] == ["start", "finish"]


def test_a_run_that_lost_its_claim_publishes_nothing(
    governed: GoldenGovernance,
    instance: dg.DagsterInstance,
    mined: dg.ExecuteInProcessResult,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lose_claim(_: int, progress: str) -> None:
        if progress == "publishing":
            governed.execute(
                "select pg_terminate_backend(pid) from pg_locks join pg_database on database = pg_database.oid"
                " where locktype = 'advisory' and datname = current_database()"
            )

    rows = marts(governed)
    governed.execute("delete from marts.overall_activity_kinds")
    monkeypatch.setattr(governed.api, "report_progress", lose_claim)
    assert not mine(governed, instance, raise_on_error=False).success
    what, facts = governed.api.told[-1]
    assert what == "fail"
    assert "lost its claim to mine project 3 alone" in facts["error"]
    assert marts(governed)["overall_activity_kinds"] == []
    monkeypatch.undo()
    mine(governed, instance)
    assert marts(governed) == rows


def test_a_condition_of_the_task_scope_decides_which_records_count(
    governed: GoldenGovernance, instance: dg.DagsterInstance, mined: dg.ExecuteInProcessResult
) -> None:
    """The record's priority changed from 4 to 2 while the task ran."""
    set_condition = "update governance.task_scopes set condition = cast(:condition as jsonb)"
    in_task_seconds = {}
    for priority in ("4", "2"):
        condition = {"field": "Priority", "operator": "is", "value": priority}
        governed.execute(set_condition, condition=json.dumps(condition))
        mine(governed, instance)
        tables = marts(governed)
        assert len(tables["task_activity_instances"]) == (priority == "2")
        in_task_seconds[priority] = sum(row[-2] for row in tables["task_activity_in_out"])
    assert in_task_seconds == {"4": 0, "2": golden.TASK_SECONDS}
    governed.execute(set_condition, condition=None)


def test_a_failing_job_ends_with_one_sentence(
    governed: GoldenGovernance, instance: dg.DagsterInstance, mined: dg.ExecuteInProcessResult
) -> None:
    trail = governed.settings.audit_trails / "incidents.csv"
    rows = marts(governed)
    trail.rename(trail.with_suffix(".away"))
    result = mine(governed, instance, raise_on_error=False)
    trail.with_suffix(".away").rename(trail)
    assert not result.success
    what, facts = governed.api.told[-1]
    assert what == "fail"
    assert facts["error"].startswith("The audit trail incidents.csv is not in")
    assert facts["error"].endswith("put the file there, then mine the project again.")
    assert marts(governed) == rows


def test_a_day_that_does_not_reconcile_fails_the_run(
    governed: GoldenGovernance,
    instance: dg.DagsterInstance,
    mined: dg.ExecuteInProcessResult,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [Discrepancy(workstation_user_id=1, day=golden.DAY, activities_us=1, observed_us=2, is_disjoint=True)]
    monkeypatch.setattr(days, "reconcile", lambda *_: found)
    governed.lake.day_file("activities_carry", golden.DAY).unlink()
    result = run(governed, instance, "process_days", tags=day_range_tags([golden.DAY]), raise_on_error=False)
    assert not result.success
    monkeypatch.undo()
    build_day(governed, instance)


def test_a_purge_deletes_a_project_nobody_opened(
    governed: GoldenGovernance, instance: dg.DagsterInstance, mined: dg.ExecuteInProcessResult
) -> None:
    governed.execute("update governance.projects set last_opened_at = :at", at=datetime(2026, 1, 1, tzinfo=UTC))
    run(governed, instance, "purge_expired")
    report = governed.api.told[-1][1]
    assert report["projects"] == [PROJECT_ID]
    assert report["deleted_rows"]["datamart"] > 0
    assert report["deleted_rows"]["marts.overall_activity_kinds"] == len(golden.SECONDS_BY_KIND)
    assert all(rows == [] for rows in marts(governed).values())
    governed.execute("update governance.projects set last_opened_at = now()")
    mine(governed, instance)
    assert marts(governed)["overall_activity_days"]


def test_a_purge_deletes_what_a_withdrawn_approval_covered(
    governed: GoldenGovernance, instance: dg.DagsterInstance, mined: dg.ExecuteInProcessResult
) -> None:
    governed.execute("update governance.approvals set decision = 'withdrawn', reason = 'changed' where approval_id = 1")
    governed.execute("update governance.collection_windows set closed_at = now()")
    before, told = files(governed.lake.root), len(governed.api.told)
    dry = {"ops": {"purge": {"config": {"is_dry_run": True}}}}
    run(governed, instance, "purge_expired", config=dry)
    assert files(governed.lake.root) == before
    assert all(what != "purge" for what, _ in governed.api.told[told:])
    run(governed, instance, "purge_expired")
    what, report = governed.api.told[-1]
    assert what == "purge"
    assert report["deleted_rows"]["raw_events"] == golden.RAW_EVENT_COUNT
    assert report["deleted_rows"]["event_pool"] == golden.EVENT_POOL_COUNT
    assert report["deleted_rows"]["activities"] == len(golden.ACTIVITIES)
    assert report["deleted_rows"]["contexts"] > 0
    assert not governed.lake.days("raw_events")
    run(governed, instance, "purge_expired")
    assert governed.api.told[-1][1]["total_rows"] == 0


def test_results_mined_anew_after_a_withdrawal_show_nobody_of_it(
    governed: GoldenGovernance, instance: dg.DagsterInstance, mined: dg.ExecuteInProcessResult
) -> None:
    build_day(governed, instance)
    mine(governed, instance)
    shown = marts(governed)
    (collection,) = shown.pop("overall_activity_collection")
    assert collection[-6:-2] == (0, 0, 0, 2), collection  # persons, their days, events, and who is missing
    assert not [name for name, rows in shown.items() if rows]
