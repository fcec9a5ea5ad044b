"""A project's partition that somebody materializes or repeats in Dagster: a mining job like another, or refused."""

import dagster as dg
import pytest
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import create_execution_plan, execute_run

from pipelines.definitions import build_definitions
from pipelines.mining_run import ACCOUNT_TAG, MINING_JOB_TAG, PARENT_RUN_TAG
from tests.pipelines.golden_runs import GoldenRuns
from tests.pipelines.governed import PROJECT_ID
from tests.pipelines.jobs.conftest import Mined


@pytest.mark.usefixtures("mined")
def test_a_partition_materialized_in_dagster_is_a_mining_job_with_the_same_result(runs: GoldenRuns) -> None:
    rows, before = runs.marts(), len(runs.governed.api.told)
    result = runs.materialize(tags={ACCOUNT_TAG: "ana"})
    assert result.success
    told = runs.told_from(before)
    assert [what for what, _ in told] == ["open", "start", "finish"]
    assert told[0][1] == {"project_id": PROJECT_ID, "run_id": result.run_id, "requested_by": "ana"}
    assert told[2][1]["missing"] == ["nora"]
    assert runs.marts() == rows
    run_now = runs.instance.get_run_by_id(result.run_id)
    assert run_now is not None
    (state,) = runs.governed.execute(
        "select state from governance.mining_jobs where mining_job_id = :id", id=int(run_now.tags[MINING_JOB_TAG])
    )
    assert state == ("done",)


def test_a_run_that_is_repeated_in_dagster_is_a_mining_job_of_its_own(runs: GoldenRuns, mined: Mined) -> None:
    parent = mined.result.dagster_run
    before = len(runs.governed.api.told)
    result = runs.materialize(tags={**parent.tags, PARENT_RUN_TAG: parent.run_id})
    assert result.success
    told = runs.told_from(before)
    assert [what for what, _ in told] == ["open", "start", "finish"]
    assert told[0][1]["run_id"] == result.run_id
    repeated = runs.instance.get_run_by_id(result.run_id)
    assert repeated is not None
    assert repeated.tags[MINING_JOB_TAG] != parent.tags[MINING_JOB_TAG]


def test_a_run_repeated_from_where_it_failed_is_refused(runs: GoldenRuns, mined: Mined) -> None:
    rows, before = runs.marts(), len(runs.governed.api.told)
    job = build_definitions(runs.governed.resources()).resolve_job_def("mine_project")
    parent = mined.result.dagster_run
    tags = {**parent.tags, PARENT_RUN_TAG: parent.run_id}
    failed = create_execution_plan(job, step_keys_to_execute=["marts"], tags=tags)
    repeated = runs.instance.create_run_for_job(job, execution_plan=failed, tags=tags)
    assert not execute_run(InMemoryJob(job), repeated, runs.instance, raise_on_error=False).success
    (failure,) = runs.instance.all_logs(repeated.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    assert "a project is mined as a whole" in str(failure)
    assert runs.marts() == rows
    assert len(runs.governed.api.told) == before


@pytest.mark.usefixtures("mined")
@pytest.mark.parametrize("part", ["marts", "context_categories"])
def test_a_part_of_a_mining_job_is_refused_before_anything_changes(runs: GoldenRuns, part: str) -> None:
    before = runs.marts(), runs.files(), len(runs.governed.api.told)
    result = runs.materialize(part)
    assert not result.success
    assert "a project is mined as a whole" in str(result.all_events)
    assert (runs.marts(), runs.files(), len(runs.governed.api.told)) == before


@pytest.mark.usefixtures("mined")
def test_a_partition_that_somebody_made_up_is_refused_before_anything_changes(runs: GoldenRuns) -> None:
    """It ends like that of a project."""
    before = runs.marts(), runs.files(), len(runs.governed.api.told)
    job = build_definitions(runs.governed.resources()).resolve_job_def("mine_project")
    made_up = runs.instance.create_run_for_job(job, tags={"dagster/partition": f"made-up-{PROJECT_ID}"})
    assert not execute_run(InMemoryJob(job), made_up, runs.instance, raise_on_error=False).success
    assert (runs.marts(), runs.files(), len(runs.governed.api.told)) == before


@pytest.mark.usefixtures("mined")
def test_a_run_by_hand_that_fails_ends_its_mining_job(runs: GoldenRuns) -> None:
    with runs.without_audit_trail():
        assert not runs.materialize().success
    what, facts = runs.governed.api.told[-1]
    assert what == "fail"
    assert facts["error"].endswith("put the file there, then mine the project again.")
