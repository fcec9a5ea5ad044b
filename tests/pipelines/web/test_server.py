"""Each mutation by who sends it: carried out, in the audit log with the account, or refused before anything happens."""

from collections.abc import Callable

import httpx
import pytest

from pipelines.web.sessions import Action
from tests.pipelines.web.conftest import PARTITIONS, TERMINATE, Served, done, launched

Launch = Callable[..., httpx.Response]
REPOSITORY = 'repositoryLocationName: "task_mining", repositoryName: "__repository__"'
CHANGES = {
    "startSensor": f'startSensor(sensorSelector: {{{REPOSITORY}, sensorName: "approvals"}})',
    "startSchedule": f'startSchedule(scheduleSelector: {{{REPOSITORY}, scheduleName: "daily_retention"}})',
    "launchPartitionBackfill": "launchPartitionBackfill(backfillParams: {"
    f'assetSelection: [{{path: ["marts"]}}], partitionNames: ["{PARTITIONS[0]}", "{PARTITIONS[1]}"]}})',
    "addDynamicPartition": 'addDynamicPartition(partitionsDefName: "projects", partitionKey: "later-5", '
    f"repositorySelector: {{{REPOSITORY}}})",
    "reloadRepositoryLocation": 'reloadRepositoryLocation(repositoryLocationName: "task_mining")',
}


def recorded(served: Served) -> list[tuple[str, Action, str]]:
    return [(login, action, subject) for login, action, subject, _, _ in served.sessions.recorded]


def change(field: str) -> str:
    return f"mutation {{ {CHANGES[field]} {{ __typename ... on PythonError {{ message }} }} }}"


def test_an_analyst_launches_and_ends_a_run_of_their_project(served: Served, launch: Launch) -> None:
    run_id = launched(launch("analyst"))
    assert served.sessions.recorded[0][3] == [3]
    run = served.instance.get_run_by_id(run_id)
    assert run is not None
    assert run.tags["task_mining/account"] == "one-analyst"
    ended = served.ask("analyst", TERMINATE, id=run_id)
    assert done(ended, "terminateRun")["__typename"] == "TerminateRunSuccess"
    assert recorded(served) == [
        ("one-analyst", Action.LAUNCH, run_id),
        ("one-analyst", Action.TERMINATE, run_id),
    ]


@pytest.mark.parametrize("role", ["guardian", "dagster"])
def test_who_may_only_look_launches_nothing(served: Served, launch: Launch, role: str) -> None:
    before = served.instance.get_runs_count()
    assert launch(role).status_code == 403
    assert launch(role, "purge_expired", tags={}).status_code == 403
    assert (served.instance.get_runs_count(), served.sessions.recorded) == (before, [])


def test_runs_of_all_are_launched_by_admins_only(served: Served, launch: Launch) -> None:
    before = served.instance.get_runs_count()
    for refused in (
        launch("analyst", "purge_expired", tags={}),
        launch("analyst", tags={}),
        launch("analyst", tags={"dagster/partition": "no-such-project-9"}),
        launch("analyst", tags={"dagster/partition": PARTITIONS[1]}),
    ):
        assert refused.status_code == 403, refused.text
    assert (served.instance.get_runs_count(), served.sessions.recorded) == (before, [])
    launched(launch("admin", "purge_expired", tags={}, config={"ops": {"purge": {"config": {"is_dry_run": True}}}}))
    launched(launch("admin", tags={"dagster/partition": PARTITIONS[1]}))
    assert [action for _, action, _ in recorded(served)] == [Action.LAUNCH] * 2


@pytest.mark.parametrize("field", sorted(CHANGES))
def test_changes_are_for_admins_and_written_down(served: Served, field: str) -> None:
    for role in ("guardian", "analyst", "power_user"):
        assert served.ask(role, change(field)).status_code == 403, role
    assert not served.sessions.recorded
    answer = done(served.ask("admin", change(field)), field)
    assert "Error" not in answer["__typename"], answer
    assert recorded(served)[0] == ("one-admin", Action.CHANGE, field)
    assert Action.FAILURE not in [action for _, action, _ in recorded(served)]


@pytest.mark.parametrize(
    "mutation",
    [
        'logTelemetry(action: "a", clientTime: "1", clientId: "c", metadata: "{}") { __typename }',
        'shutdownRepositoryLocation(repositoryLocationName: "task_mining") { __typename }',
        "setNuxSeen",
        "setAutoMaterializePaused(paused: true)",
    ],
)
def test_a_mutation_that_is_not_on_the_list_is_open_to_nobody(served: Served, mutation: str) -> None:
    assert served.ask("admin", f"mutation {{ deleteRun: {mutation} }}").status_code == 403
    assert not served.sessions.recorded


def test_a_repeated_run_is_of_whoever_repeats_it(served: Served, launch: Launch) -> None:
    first = launched(launch("admin"))
    served.instance.add_run_tags(first, {"task_mining/mining_job_id": "7", "dagster/sensor_name": "mining_jobs"})
    again = served.ask(
        "analyst",
        "mutation($id: String!) { launchRunReexecution(reexecutionParams: {parentRunId: $id, strategy: ALL_STEPS}) "
        "{ __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }",
        id=first,
    )
    run = served.instance.get_run_by_id(done(again, "launchRunReexecution")["run"]["runId"])
    assert run is not None
    assert run.parent_run_id == first
    assert run.tags["task_mining/account"] == "one-analyst"
    assert not {"task_mining/mining_job_id", "dagster/sensor_name"} & set(run.tags)
    assert served.sessions.recorded[-1][4]["repeats"] == first


def test_what_was_tried_and_not_done_is_written_down_too(served: Served, launch: Launch) -> None:
    run_id = launched(launch("analyst"))
    query = "mutation($ids: [String!]!) { terminateRuns(runIds: $ids) { ... on TerminateRunsResult "
    query += "{ terminateRunResults { __typename } } } }"
    served.ask("admin", query, ids=[run_id, "no-such-run"])
    served.ask("admin", 'mutation { deleteRun(runId: "no-such-run") { __typename } }')
    assert recorded(served)[1:] == [
        ("one-admin", Action.TERMINATE, run_id),
        ("one-admin", Action.TERMINATE, "no-such-run"),
        ("one-admin", Action.FAILURE, "no-such-run"),
        ("one-admin", Action.CHANGE, "deleteRun"),
        ("one-admin", Action.FAILURE, "deleteRun"),
    ]


def test_the_pages_show_as_possible_what_is(served: Served) -> None:
    def possible(role: str) -> set[str]:
        answer = served.ask(
            role, "{ workspaceOrError { ... on Workspace { locationEntries { permissions { permission value } } } } }"
        )
        entry = done(answer, "workspaceOrError")["locationEntries"][0]
        return {each["permission"] for each in entry["permissions"] if each["value"]}

    assert possible("guardian") == set()
    assert possible("analyst") == {
        "launch_pipeline_execution",
        "launch_pipeline_reexecution",
        "terminate_pipeline_execution",
    }
    assert possible("admin") > possible("analyst")
    assert done(served.ask("analyst", "{ instance { info } }"), "instance")["info"] is None
