"""What a run may carry along: no tag that makes it somebody else's, no other project's partition, no configuration."""

from collections.abc import Callable

import dagster as dg
import httpx
import pytest
from dagster._core.storage.dagster_run import DagsterRun

from pipelines.partitions import PROJECTS_NAME
from pipelines.web.contexts import CURRENT
from pipelines.web.launches import guard_storage
from pipelines.web.sessions import Action, ActionRefusedError
from tests.pipelines.web.conftest import PARTITIONS, TERMINATE, ImaginedSessions, Served, done, launched

Launch = Callable[..., httpx.Response]
MINE, OTHER = ({"dagster/partition": partition} for partition in PARTITIONS)


@pytest.mark.parametrize(
    "tags",
    [
        {"dagster/run_key": "7"},
        {"dagster/sensor_name": "mining_jobs"},
        {"dagster/backfill": "abcdefgh"},
        {"dagster/partition/project": PARTITIONS[1]},
        {"dagster-k8s/config": "{}"},
        {".dagster/grpc_info": "{}"},
        {"dagster/parent_run_id": "somebody-elses"},
        {"dagster/root_run_id": "somebody-elses"},
    ],
)
@pytest.mark.parametrize("role", ["admin", "analyst"])
def test_a_tag_that_makes_a_run_something_else_is_refused(
    served: Served, launch: Launch, role: str, tags: dict[str, str]
) -> None:
    answer = launch(role, tags=MINE | tags)
    assert answer.status_code == 403, answer.text
    assert not served.sessions.recorded


def test_a_range_of_partitions_is_refused(served: Served, launch: Launch) -> None:
    """Dagster itself refuses it beside a partition."""
    names = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
    assert launch("admin", tags=dict.fromkeys(names, PARTITIONS[1])).status_code == 403
    assert not served.sessions.recorded


def test_who_asked_and_for_which_mining_job_is_not_for_the_client_to_say(served: Served, launch: Launch) -> None:
    answer = launch("analyst", tags=MINE | {"task_mining/account": "admin", "purpose": "mine"})
    run_id = answer.json()["data"]["launchPipelineExecution"]["run"]["runId"]
    run = served.instance.get_run_by_id(run_id)
    assert run is not None
    assert (run.tags["task_mining/account"], run.tags["purpose"]) == ("one-analyst", "mine")
    answer = launch("analyst", tags=MINE | {"task_mining/mining_job_id": "7"})
    run = served.instance.get_run_by_id(answer.json()["data"]["launchPipelineExecution"]["run"]["runId"])
    assert run is not None
    assert "task_mining/mining_job_id" not in run.tags


def test_an_analyst_brings_no_configuration(served: Served, launch: Launch) -> None:
    assert launch("analyst", config={"loggers": {"console": {"config": {"log_level": "DEBUG"}}}}).status_code == 403
    assert not served.sessions.recorded


def test_a_run_repeats_only_one_of_its_own_project(served: Served, launch: Launch) -> None:
    other = launch("admin", tags=OTHER).json()["data"]["launchPipelineExecution"]["run"]["runId"]
    served.sessions.recorded.clear()
    assert launch("analyst", tags=MINE, parentRunId=other, rootRunId=other).status_code == 403
    assert launch("analyst", tags=MINE, parentRunId="no-such-run", rootRunId="no-such-run").status_code == 403
    assert not served.sessions.recorded


def test_a_partition_that_somebody_made_up_is_of_no_project(served: Served, launch: Launch) -> None:
    """Its run is about no project, so that it is an admin's alone, and can be ended."""
    served.instance.add_dynamic_partitions(PROJECTS_NAME, ["somebodys own"])
    own = {"dagster/partition": "somebodys own"}
    assert launch("analyst", tags=own).status_code == 403
    run_id = launched(launch("admin", tags=own))
    assert served.ask("analyst", TERMINATE, id=run_id).status_code == 403
    assert done(served.ask("admin", TERMINATE, id=run_id), "terminateRun")["__typename"] == "TerminateRunSuccess"
    assert [(action, projects) for _, action, _, projects, _ in served.sessions.recorded] == [
        (Action.LAUNCH, []),
        (Action.TERMINATE, []),
    ]


@pytest.mark.parametrize("partition", ["made-up-3", ""])
def test_a_partition_that_is_not_there_is_launched_by_nobody(served: Served, launch: Launch, partition: str) -> None:
    """Though it ends like that of project 3."""
    for role in ("admin", "analyst"):
        assert launch(role, tags={"dagster/partition": partition}).status_code == 403
    assert not served.sessions.recorded


def test_nobody_adds_a_run_without_being_known() -> None:
    assert CURRENT.get() is None
    sessions = ImaginedSessions()
    with dg.DagsterInstance.ephemeral() as instance:
        guard_storage(instance.run_storage, sessions)
        with pytest.raises(ActionRefusedError, match="launch it when signed in"):
            instance.add_run(DagsterRun(job_name="mine_project"))
        assert instance.get_runs_count() == 0
    assert not sessions.recorded
