"""Sensors on runs that failed or were terminated: what they could not say is said for them, once, and nothing else."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from pipelines.definitions import build_definitions
from pipelines.mining_run import MINING_JOB_TAG
from pipelines.resources.governance_api import GovernanceApiError
from tests.pipelines.governed import FakeGovernanceApi, GoldenGovernance


@pytest.fixture(scope="module")
def governed(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> GoldenGovernance:
    return GoldenGovernance(database_url, tmp_path_factory.mktemp("home"))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@dg.op
def die() -> None:
    raise RuntimeError("killed")


@dg.job
def killed() -> None:
    die()


class SilentApi(FakeGovernanceApi):
    """An API that is down."""

    def fail_mining_job(self, mining_job_id: int, *, error: str) -> None:
        raise GovernanceApiError("The governance API does not answer: start it.")


def evaluate(
    governed: GoldenGovernance,
    instance: dg.DagsterInstance,
    *,
    mining_job_id: int | None,
    api: FakeGovernanceApi | None = None,
) -> tuple[str, Any]:
    """Has a run of the job fail; gives its id and what the sensor says to it."""
    tags = {} if mining_job_id is None else {MINING_JOB_TAG: str(mining_job_id)}
    result = killed.execute_in_process(instance=instance, tags=tags, raise_on_error=False)
    repository = build_definitions(governed.resources()).get_repository_def()
    context = dg.build_run_status_sensor_context(
        sensor_name="failed_mining_runs",
        dagster_event=result.get_run_failure_event(),
        dagster_instance=instance,
        dagster_run=result.dagster_run,
        resources={"governance": governed.resources()["governance"], "governance_api": api or governed.api},
        repository_def=repository,
    ).for_run_failure()
    return result.run_id, repository.get_sensor_def("failed_mining_runs")(context)


def test_the_job_of_a_terminated_run_fails_too(governed: GoldenGovernance, instance: dg.DagsterInstance) -> None:
    """Terminated while it waited: no step of it ever began."""
    job_id = governed.request_mining_job()
    run = instance.create_run_for_job(killed, tags={MINING_JOB_TAG: str(job_id)})
    instance.report_run_canceled(run)
    (record,) = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.RUN_CANCELED).records
    repository = build_definitions(governed.resources()).get_repository_def()
    context = dg.build_run_status_sensor_context(
        sensor_name="terminated_mining_runs",
        dagster_event=record.event_log_entry.get_dagster_event(),
        dagster_instance=instance,
        dagster_run=run,
        resources={"governance": governed.resources()["governance"], "governance_api": governed.api},
        repository_def=repository,
    )
    assert repository.get_sensor_def("terminated_mining_runs")(context) is None
    what, facts = governed.api.told.pop()
    assert (what, facts["error"]) == (
        "fail",
        f"Run {run.run_id} was terminated in Dagster before it was done. Mine again.",
    )
    governed.api.told.clear()


def test_a_run_that_belongs_to_no_mining_job_is_nobodys_business(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    for stranger in (None, 999_999):
        _, said = evaluate(governed, instance, mining_job_id=stranger)
        assert isinstance(said, dg.SkipReason)
    assert governed.api.told == []


def test_the_job_of_a_killed_run_fails_with_a_sentence_and_only_once(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    job_id = governed.request_mining_job()
    governed.api.start_mining_job(job_id, run_id="the run")
    run_id, said = evaluate(governed, instance, mining_job_id=job_id)
    assert said is None
    what, facts = governed.api.told[-1]
    assert what == "fail"
    assert facts["error"].startswith(f"Run {run_id} ended without a word: ")
    assert facts["error"].endswith("Mine again.")
    _, again = evaluate(governed, instance, mining_job_id=job_id)
    assert "has ended already" in str(again.skip_message)
    assert [what for what, _ in governed.api.told] == ["start", "fail"]


def test_a_job_whose_run_was_killed_before_it_started_fails_too(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    _, said = evaluate(governed, instance, mining_job_id=governed.request_mining_job())
    assert said is None
    assert governed.api.told[-1][0] == "fail"


def test_a_finished_job_stays_finished_though_its_run_fails_afterwards(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    job_id = governed.request_mining_job()
    governed.api.finish_mining_job(job_id, row_counts={}, missing=[])
    _, said = evaluate(governed, instance, mining_job_id=job_id)
    assert isinstance(said, dg.SkipReason)
    assert governed.api.told[-1][0] == "finish"


def test_an_api_that_is_down_does_not_stop_the_sensor(governed: GoldenGovernance, instance: dg.DagsterInstance) -> None:
    job_id = governed.request_mining_job()
    _, said = evaluate(governed, instance, mining_job_id=job_id, api=SilentApi(governed.engine))
    assert said is None
    (state,) = governed.execute("select state from governance.mining_jobs where mining_job_id = :id", id=job_id)
    assert state == ("requested",)
