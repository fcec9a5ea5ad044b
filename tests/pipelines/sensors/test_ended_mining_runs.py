"""The sensor on runs that were killed or terminated: what they could not say is said for them, until it was heard."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from pipelines.definitions import build_definitions
from pipelines.mining_run import MINING_JOB_TAG, PARENT_RUN_TAG
from pipelines.resources.governance_api import GovernanceApiError
from tests.pipelines.governed import FakeGovernanceApi, GoldenGovernance


@pytest.fixture(scope="module")
def golden_governance(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> GoldenGovernance:
    return GoldenGovernance(database_url, tmp_path_factory.mktemp("home"))


@pytest.fixture
def governed(golden_governance: GoldenGovernance) -> GoldenGovernance:
    """With no mining job, and nothing told."""
    golden_governance.execute("delete from governance.mining_jobs")
    golden_governance.api.told.clear()
    return golden_governance


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


def look(governed: GoldenGovernance, instance: dg.DagsterInstance, *, api: FakeGovernanceApi | None = None) -> None:
    """One evaluation of the sensor."""
    resources: dict[str, Any] = governed.resources() | {"governance_api": api or governed.api}
    definitions = build_definitions(resources)
    with dg.build_sensor_context(instance=instance, resources=resources, definitions=definitions) as context:
        said = definitions.get_repository_def().get_sensor_def("ended_mining_runs")(context)
        assert isinstance(said, dg.SkipReason)


def die_for(job_id: int, instance: dg.DagsterInstance) -> str:
    result = killed.execute_in_process(instance=instance, tags={MINING_JOB_TAG: str(job_id)}, raise_on_error=False)
    return result.run_id


def state_of(job_id: int, governed: GoldenGovernance) -> str:
    ((state,),) = governed.execute("select state from governance.mining_jobs where mining_job_id = :id", id=job_id)
    return str(state)


def failures(governed: GoldenGovernance) -> list[str]:
    return [facts["error"] for what, facts in governed.api.told if what == "fail"]


def test_a_run_that_belongs_to_no_mining_job_is_nobodys_business(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    killed.execute_in_process(instance=instance, raise_on_error=False)
    die_for(999_999, instance)
    look(governed, instance)
    assert governed.api.told == []


def test_the_job_of_a_killed_run_fails_with_a_sentence_and_only_once(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    job_id = governed.request_mining_job()
    run_id = die_for(job_id, instance)
    governed.api.start_mining_job(job_id, run_id=run_id)
    look(governed, instance)
    look(governed, instance)
    (sentence,) = failures(governed)
    assert sentence.startswith(f"Run {run_id} ended without a word: ")
    assert sentence.endswith("Mine again.")


def test_a_job_whose_run_was_killed_before_it_started_fails_too(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    job_id = governed.request_mining_job()
    die_for(job_id, instance)
    look(governed, instance)
    assert state_of(job_id, governed) == "failed"


def test_the_job_of_a_run_that_was_terminated_while_it_waited_fails_too(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    job_id = governed.request_mining_job()
    run = instance.create_run_for_job(killed, tags={MINING_JOB_TAG: str(job_id)})
    look(governed, instance)
    assert failures(governed) == []
    instance.report_run_canceled(run)
    look(governed, instance)
    assert failures(governed) == [f"Run {run.run_id} was terminated in Dagster before it was done. Mine again."]


def test_the_job_of_a_run_that_somebody_deleted_fails_too(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    job_id = governed.request_mining_job()
    governed.api.start_mining_job(job_id, run_id="a-run-that-was")
    look(governed, instance)
    assert failures(governed) == ["Run a-run-that-was is no longer known to Dagster. Mine again."]


def test_a_job_that_waits_for_its_first_run_and_one_that_ended_are_left_alone(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    waiting, ended = governed.request_mining_job(), governed.request_mining_job()
    governed.api.finish_mining_job(ended, row_counts={}, missing=[])
    die_for(ended, instance)
    look(governed, instance)
    assert (state_of(waiting, governed), state_of(ended, governed)) == ("requested", "done")


def test_a_run_that_repeats_another_does_not_end_the_others_job(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    """Dagster hands the tag on."""
    job_id = governed.request_mining_job()
    tags = {MINING_JOB_TAG: str(job_id)}
    parent = instance.create_run_for_job(killed, tags=tags)
    repeated = tags | {PARENT_RUN_TAG: parent.run_id}
    killed.execute_in_process(instance=instance, tags=repeated, raise_on_error=False)
    look(governed, instance)
    assert failures(governed) == []


def test_what_an_api_that_is_down_did_not_hear_it_hears_at_the_next_look(
    governed: GoldenGovernance, instance: dg.DagsterInstance
) -> None:
    job_id = governed.request_mining_job()
    die_for(job_id, instance)
    with pytest.raises(GovernanceApiError, match="does not answer"):
        look(governed, instance, api=SilentApi(governed.engine))
    assert state_of(job_id, governed) == "requested"
    look(governed, instance)
    assert state_of(job_id, governed) == "failed"
