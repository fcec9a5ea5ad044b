"""The sensors: what they ask for, and that asking twice is harmless."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pytest

from domain.landing_files import LANDING_FOLDER
from pipelines.definitions import build_definitions
from pipelines.mining.lake.files import write_table
from pipelines.mining.raw_events.landed_days import landing_names
from pipelines.mining.raw_events.touched_days import TouchedDay, note_touched_days, read_touched_days
from pipelines.mining_run import MINING_JOB_TAG
from pipelines.partitions import PARTITION_TAG
from pipelines.resources.governance import GovernanceReader
from pipelines.sensors.day_ranges import RANGE_END_TAG, RANGE_START_TAG
from tests.fixtures import golden_day as golden
from tests.pipelines.governed import PROJECT_ID, PROJECT_KEY, GoldenGovernance


@pytest.fixture(scope="module")
def governed(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> GoldenGovernance:
    return GoldenGovernance(database_url, tmp_path_factory.mktemp("home"))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def evaluate(
    name: str, governed: GoldenGovernance, instance: dg.DagsterInstance, *, cursor: str | None = None
) -> dg.SensorResult | dg.SkipReason:
    definitions = build_definitions(governed.resources())
    resources: dict[str, Any] = governed.resources()
    with dg.build_sensor_context(
        instance=instance, cursor=cursor, resources=resources, definitions=definitions
    ) as context:
        found: Any = definitions.get_repository_def().get_sensor_def(name)(context)
        assert isinstance(found, dg.SensorResult | dg.SkipReason)
        return found


def settle(folder: Path) -> None:
    """As if the files had landed a minute ago."""
    before = time.time() - 60
    for path in folder.iterdir():
        os.utime(path, (before, before))


def test_nothing_landed_asks_for_nothing(governed: GoldenGovernance, instance: dg.DagsterInstance) -> None:
    assert isinstance(evaluate("landed_batches", governed, instance), dg.SkipReason)


def test_landed_batches_ask_for_their_days_once_they_rest(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    governed.land_golden_day()
    assert isinstance(evaluate("landed_batches", governed, instance), dg.SkipReason)
    settle(governed.lake.dataset(LANDING_FOLDER))
    first = evaluate("landed_batches", governed, instance)
    assert isinstance(first, dg.SensorResult)
    (request,) = first.run_requests or ()
    day = golden.DAY.isoformat()
    assert (request.tags[RANGE_START_TAG], request.tags[RANGE_END_TAG]) == (day, day)


def test_days_far_apart_are_asked_for_by_one_run(governed: GoldenGovernance, instance: dg.DagsterInstance) -> None:
    """It absorbs and builds whatever landed: a second run would build nothing."""
    early = golden.DAY - timedelta(days=90)
    touched = TouchedDay(workstation_user_id=golden.WORKSTATION_USER_ID, day=early, first_us=0, event_count=1)
    note_touched_days(governed.lake, [touched])
    result = evaluate("landed_batches", governed, instance)
    read_touched_days(governed.lake).settle()
    assert isinstance(result, dg.SensorResult)
    assert [request.tags[RANGE_START_TAG] for request in result.run_requests or ()] == [golden.DAY.isoformat()]


def test_what_failed_is_tried_three_times_and_then_named(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    keys, cursor = set(), None
    for _ in range(3):
        result = evaluate("landed_batches", governed, instance, cursor=cursor)
        assert isinstance(result, dg.SensorResult)
        keys |= {request.run_key for request in result.run_requests or ()}
        cursor = result.cursor
    assert len(keys) == 3
    last = evaluate("landed_batches", governed, instance, cursor=cursor)
    assert isinstance(last, dg.SkipReason)
    assert "failed 3 times" in str(last.skip_message)


def test_a_requested_mining_job_becomes_a_run_of_its_project(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    assert isinstance(evaluate("mining_jobs", governed, instance), dg.SkipReason)
    job_id = governed.request_mining_job()
    result = evaluate("mining_jobs", governed, instance)
    assert isinstance(result, dg.SensorResult)
    (request,) = result.run_requests or ()
    assert (request.run_key, request.partition_key) == (f"mining-job-{job_id}", PROJECT_KEY)
    assert request.tags[MINING_JOB_TAG] == str(job_id)
    assert int(request.tags["dagster/priority"]) > 0  # days have none, and wait
    (added,) = result.dynamic_partitions_requests or ()
    assert list(added.partition_keys) == [PROJECT_KEY]


def test_of_a_project_the_oldest_job_runs_and_the_next_once_that_run_has_ended(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    (first,) = governed.execute("select min(mining_job_id) from governance.mining_jobs where state = 'requested'")
    second = governed.request_mining_job()

    def asked_for() -> list[str | None]:
        result = evaluate("mining_jobs", governed, instance)
        assert isinstance(result, dg.SensorResult)
        return [request.run_key for request in result.run_requests or ()]

    assert asked_for() == [f"mining-job-{first[0]}"]
    instance.add_dynamic_partitions("projects", [PROJECT_KEY])
    job = build_definitions(governed.resources()).resolve_job_def("mine_project")
    under_way = instance.create_run_for_job(job, tags={PARTITION_TAG: PROJECT_KEY}, status=dg.DagsterRunStatus.STARTED)
    governed.execute("update governance.mining_jobs set state = 'running' where mining_job_id = :id", id=first[0])
    assert asked_for() == []
    instance.report_run_failed(under_way)
    assert asked_for() == [f"mining-job-{second}"]
    governed.execute("delete from governance.mining_jobs where mining_job_id = :id", id=second)


def test_a_withdrawn_approval_asks_for_a_purge_and_new_results_and_is_not_asked_twice(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    instance.add_dynamic_partitions("projects", [PROJECT_KEY])
    first = evaluate("approvals", governed, instance)
    assert isinstance(first, dg.SensorResult)
    assert not first.run_requests  # approved before anything was stored
    governed.execute(
        "update governance.approvals set decision = 'withdrawn', reason = 'changed',"
        " decision_seq = nextval('governance.decision_seq')"
    )
    for path in (governed.lake.day_file("raw_events", golden.DAY), governed.lake.project_file("datamart", PROJECT_ID)):
        write_table(governed.lake, pa.table({"workstation_user_id": [1]}), path)
    second = evaluate("approvals", governed, instance, cursor=first.cursor)
    assert isinstance(second, dg.SensorResult)
    purge, days, mining = second.run_requests or ()
    assert purge.job_name == "purge_expired"
    assert (days.job_name, days.tags[RANGE_START_TAG]) == ("process_days", golden.DAY.isoformat())
    assert (mining.job_name, mining.partition_key) == ("mine_project", PROJECT_KEY)
    assert MINING_JOB_TAG not in mining.tags
    assert len({each.run_key for each in (purge, days, mining)}) == 3
    assert isinstance(evaluate("approvals", governed, instance, cursor=second.cursor), dg.SkipReason)


def test_approvals_ask_for_no_run_while_one_waits_but_beside_one_that_works(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    write_table(governed.lake, pa.table({"a": [1]}), governed.lake.day_file("raw_events", golden.DAY))
    governed.execute(
        "insert into governance.approvals (approval_id, data_request_id, workstation_user_id, decision, decided_by,"
        " decided_at, decision_seq) values (11, 1, 99, 'approved', 1, now(), 2000)"
    )
    job = build_definitions(governed.resources()).resolve_job_def("process_days")
    instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    beside = evaluate("approvals", governed, instance, cursor="1999")
    instance.create_run_for_job(job, status=dg.DagsterRunStatus.NOT_STARTED)
    waiting = evaluate("approvals", governed, instance, cursor="1999")
    governed.execute("delete from governance.approvals where approval_id = 11")
    assert isinstance(beside, dg.SensorResult)
    assert [each.job_name for each in beside.run_requests or ()] == ["process_days"]
    assert isinstance(waiting, dg.SkipReason)


def test_many_decisions_at_once_ask_for_one_run_of_each_kind(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    """A project that is deleted ends all its approvals. Its partition, which somebody deleted, is made anew."""
    for path in (governed.lake.day_file("raw_events", golden.DAY), governed.lake.project_file("datamart", PROJECT_ID)):
        write_table(governed.lake, pa.table({"workstation_user_id": [1]}), path)
    governed.execute(
        "insert into governance.approvals (approval_id, data_request_id, workstation_user_id, decision, reason,"
        " decided_by, decided_at, decision_seq) values (2, 1, 99, 'withdrawn', 'deleted', 1, now(), 999)"
    )
    governed.execute(
        "update governance.approvals set decision = 'withdrawn', reason = 'deleted',"
        " decision_seq = nextval('governance.decision_seq')"
    )
    result = evaluate("approvals", governed, instance)
    governed.execute("delete from governance.approvals where approval_id = 2")
    assert isinstance(result, dg.SensorResult)
    assert [each.job_name for each in result.run_requests or ()] == ["purge_expired", "process_days", "mine_project"]
    (added,) = result.dynamic_partitions_requests or ()
    assert list(added.partition_keys) == [PROJECT_KEY]


def test_a_deleted_project_asks_for_a_purge_and_loses_its_partition(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    instance.add_dynamic_partitions("projects", [PROJECT_KEY, "another-77", "somebodys own"])
    assert isinstance(evaluate("deleted_projects", governed, instance), dg.SkipReason)
    (before,) = governed.execute("select stage::text from governance.projects where project_id = :id", id=PROJECT_ID)
    governed.execute("update governance.projects set stage = 'deleted', deleted_at = now()")
    result = evaluate("deleted_projects", governed, instance)
    assert isinstance(result, dg.SensorResult)
    assert len(result.run_requests or ()) == 1
    (removed,) = result.dynamic_partitions_requests or ()
    assert list(removed.partition_keys) == [PROJECT_KEY]
    instance.delete_dynamic_partition("projects", PROJECT_KEY)
    assert isinstance(evaluate("deleted_projects", governed, instance, cursor=result.cursor), dg.SkipReason)
    # another sensor had read of the project before
    instance.add_dynamic_partitions("projects", [PROJECT_KEY])
    again = evaluate("deleted_projects", governed, instance, cursor=result.cursor)
    assert isinstance(again, dg.SensorResult)
    assert not again.run_requests
    (removed,) = again.dynamic_partitions_requests or ()
    assert list(removed.partition_keys) == [PROJECT_KEY]
    governed.execute("update governance.projects set stage = :stage, deleted_at = null", stage=before[0])


def test_a_job_of_a_deleted_project_starts_nothing_and_brings_no_partition_back(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    governed.execute("update governance.mining_jobs set state = 'done'")
    job_id = governed.request_mining_job()
    assert isinstance(evaluate("mining_jobs", governed, instance), dg.SensorResult)
    (before,) = governed.execute("select stage::text from governance.projects where project_id = :id", id=PROJECT_ID)
    governed.execute("update governance.projects set stage = 'deleted', deleted_at = now()")
    try:
        assert isinstance(evaluate("mining_jobs", governed, instance), dg.SkipReason)
    finally:
        governed.execute("update governance.projects set stage = :stage, deleted_at = null", stage=before[0])
        governed.execute("delete from governance.mining_jobs where mining_job_id = :id", id=job_id)


def partition_requests(governed: GoldenGovernance, instance: dg.DagsterInstance) -> dict[str, list[str]]:
    """What `project_partitions` asks for, done as Dagster's daemon does it."""
    result = evaluate("project_partitions", governed, instance)
    if isinstance(result, dg.SkipReason):
        return {}
    asked = {type(each).__name__: list(each.partition_keys) for each in result.dynamic_partitions_requests or ()}
    instance.add_dynamic_partitions("projects", asked.get("AddDynamicPartitionsRequest", []))
    for key in asked.get("DeleteDynamicPartitionsRequest", []):
        instance.delete_dynamic_partition("projects", key)
    return asked


def test_every_open_project_gets_a_readable_partition_and_keeps_it_when_it_is_renamed(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    instance.add_dynamic_partitions("projects", [str(PROJECT_ID)])
    assert partition_requests(governed, instance) == {
        "AddDynamicPartitionsRequest": [PROJECT_KEY],
        "DeleteDynamicPartitionsRequest": [str(PROJECT_ID)],
    }
    assert instance.get_dynamic_partitions("projects") == [PROJECT_KEY]
    (before,) = governed.execute("select name from governance.projects where project_id = :id", id=PROJECT_ID)
    rename = "update governance.projects set name = :name where project_id = :id"
    governed.execute(rename, id=PROJECT_ID, name="Another name")
    assert partition_requests(governed, instance) == {}
    governed.execute(rename, id=PROJECT_ID, name=before[0])


def test_what_was_absorbed_is_not_asked_about_again(governed: GoldenGovernance) -> None:
    """Of a million rows of files that are gone, none is read: what a tick costs does not grow."""
    if not landing_names(governed.lake):
        governed.land_golden_day()
    waiting = landing_names(governed.lake)
    governed.execute(
        "insert into governance.landings (file_name, event_count, first_occurred_at, last_occurred_at)"
        " select 'gone-' || number || '.parquet', 1, now(), now() from generate_series(1, 20000) as number"
    )
    reader = GovernanceReader(governed.settings.database_url)
    facts = reader.collection_facts([*waiting, "never-committed.parquet"])
    assert [file.name for file in facts.landed_files] == waiting
    assert facts.uncommitted_files == ("never-committed.parquet",)
    governed.execute("analyze governance.landings")
    plan = governed.execute(
        "explain select * from governance.landings where file_name = any(:names) order by landing_id", names=waiting
    )
    assert "Seq Scan" not in str(plan)
