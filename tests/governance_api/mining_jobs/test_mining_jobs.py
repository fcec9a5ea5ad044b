"""Mining jobs: asked for by who may, when there is something to mine, and moved by the pipelines alone."""

from itertools import product
from typing import Any

import pytest

from governance_api.mining_jobs.states import MOVES, Move, State
from tests.governance_api.world import World, sentence

CONTENT: dict[Move, dict[str, Any]] = {
    Move.START: {"run_id": "run-1"},
    Move.PROGRESS: {"progress": "Aggregates"},
    Move.FINISH: {"row_counts": {"datamart": 7}},
    Move.FAIL: {"error": "The lake is full: make room and mine again."},
}
WAY_TO: dict[State, list[Move]] = {
    State.REQUESTED: [],
    State.RUNNING: [Move.START],
    State.DONE: [Move.START, Move.FINISH],
    State.FAILED: [Move.FAIL],
}


def opened(world: World, name: str, *logins: str, **fields: Any) -> int:
    project_id = int(world.project(name, *logins, **fields)["project_id"])
    world.done(world.client.post(f"/projects/{project_id}/open", headers=world.analyst()))
    return project_id


def asked(world: World, project_id: int, **body: Any) -> Any:
    return world.client.post(f"/projects/{project_id}/mining-jobs", json=body or None, headers=world.analyst())


def moved(world: World, mining_job_id: int, move: Move, **content: Any) -> Any:
    path = f"/mining-jobs/{mining_job_id}/{move}"
    return world.client.post(path, json=content or CONTENT[move], headers=world.tokens["pipelines"])


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_a_mining_job_moves_as_the_table_says_and_not_otherwise(world: World, state: State, move: Move) -> None:
    mining_job_id = world.done(asked(world, opened(world, f"{state} then {move}")))["mining_job_id"]
    for step in WAY_TO[state]:
        world.done(moved(world, mining_job_id, step))
    sources, target = MOVES[move]
    other = {"run_id": "run-2"} if move is Move.START else {}
    answer = moved(world, mining_job_id, move, **other)
    if state in sources:
        assert world.done(answer)["state"] == target
    elif target is state:
        assert world.done(moved(world, mining_job_id, move, **CONTENT[move])) is not None
    else:
        sentence(answer, 409)


def test_a_move_repeated_after_a_lost_answer_changes_nothing(world: World) -> None:
    mining_job_id = world.done(asked(world, opened(world, "Repeated")))["mining_job_id"]
    first = world.done(moved(world, mining_job_id, Move.START))
    world.clock.pass_by(minutes=1)
    assert world.done(moved(world, mining_job_id, Move.START)) == first
    assert "fail" in sentence(moved(world, mining_job_id, Move.START, run_id="another"), 409)


def test_a_job_before_the_projects_start_date_is_refused(world: World) -> None:
    project_id = opened(world, "Future", starts_on="2025-11-04")
    told = sentence(asked(world, project_id), 409)
    assert told == f"Project {project_id} starts on 2025-11-04, so there is nothing to mine yet: ask again on that day."
    assert not world.done(world.client.get(f"/projects/{project_id}/mining-jobs", headers=world.analyst()))


def test_a_draft_is_not_mined(world: World) -> None:
    project_id = world.project("Draft")["project_id"]
    assert "open it first" in sentence(asked(world, project_id), 409)


def test_a_job_uses_the_newest_rule_set_unless_one_is_named(world: World) -> None:
    project_id = opened(world, "Rules")
    newest = world.done(world.client.post("/rule-sets", json={"rules": []}, headers=world.admin))["rule_set_version"]
    assert world.done(asked(world, project_id))["rule_set_version"] == newest
    assert world.done(asked(world, project_id, rule_set_version=1))["rule_set_version"] == 1
    assert "no rule set 4711" in sentence(asked(world, project_id, rule_set_version=4711), 404)


def test_the_same_job_waits_only_once_but_runs_again_at_any_time(world: World) -> None:
    project_id = opened(world, "Again")
    first = world.done(asked(world, project_id))["mining_job_id"]
    assert f"Mining job {first}" in sentence(asked(world, project_id), 409)
    world.done(moved(world, first, Move.START))
    second = world.done(asked(world, project_id))["mining_job_id"]
    history = world.done(world.client.get(f"/projects/{project_id}/mining-jobs", headers=world.analyst()))
    assert [each["mining_job_id"] for each in history] == [first, second]


def test_those_without_an_approval_are_named(world: World) -> None:
    world.person("wanda")
    world.person("wilma")
    world.approved("wanda")
    project_id = opened(world, "Incomplete", "wanda", "wilma")
    assert world.done(asked(world, project_id))["missing"] == ["wanda", "wilma"]  # a pool that it does not name


def test_those_it_is_mined_from_are_named_with_the_approvals_that_allow_it(world: World) -> None:
    project_id = opened(world, "Through a pool", "wanda", "wilma")
    pool = world.request("wanda")
    (approval,) = pool["approvals"]
    world.done(world.client.post(f"/approvals/{approval['approval_id']}/approve", headers=world.manager()))
    pools = {"pool_data_request_ids": [pool["data_request_id"]]}
    world.done(world.client.patch(f"/projects/{project_id}", json=pools, headers=world.analyst()))
    job = world.done(asked(world, project_id))
    assert job["missing"] == ["wilma"]
    assert job["assignments"] == [{"workstation_user_login": "wanda", "approval_ids": [approval["approval_id"]]}]


def test_who_did_not_consent_is_not_named_even_when_the_pipelines_do(world: World) -> None:
    project_id = opened(world, "Refused", "wanda", "wilma")
    (approval,) = world.request("wanda", project_id=project_id)["approvals"]
    world.done(world.client.post(f"/approvals/{approval['approval_id']}/approve", headers=world.manager()))
    job = world.done(asked(world, project_id))["mining_job_id"]
    world.done(moved(world, job, Move.START))
    for _ in range(2):
        done = world.done(moved(world, job, Move.FINISH, row_counts={}, missing=["wanda", "wilma", "stranger"]))
        assert done["missing"] == ["wilma"]


def test_a_job_is_followed_by_those_who_see_the_project(world: World) -> None:
    mining_job_id = world.done(asked(world, opened(world, "Mine alone")))["mining_job_id"]
    path = f"/mining-jobs/{mining_job_id}"
    assert world.done(world.client.get(path, headers=world.analyst()))["state"] == "requested"
    assert "no mining job" in sentence(world.client.get(path, headers=world.analyst("eve")), 404)
    sentence(moved(world, 4711, Move.START), 404)


def opened_by_run(world: World, project_id: int, run_id: str = "run-9", **body: Any) -> Any:
    path = f"/projects/{project_id}/mining-jobs/of-runs"
    return world.client.post(path, json={"run_id": run_id, **body}, headers=world.tokens["pipelines"])


def test_a_run_started_in_dagster_is_a_running_job_of_whoever_started_it(world: World) -> None:
    project_id = opened(world, "From Dagster")
    job = world.done(opened_by_run(world, project_id, requested_by="ana"))
    assert (job["state"], job["run_id"]) == ("running", "run-9")
    asked_for = world.done(asked(world, project_id))
    assert job["requested_by"] == asked_for["requested_by"]
    entries = world.done(world.client.get("/audit-entries?limit=200", headers=world.admin))
    of_job = [each for each in entries if each["noun_id"] == str(job["mining_job_id"]) and "mining_job" in each["tag"]]
    assert [each["tag"] for each in of_job] == ["mining_job:requested", "mining_job:moved"]
    assert of_job[0]["account_id"] == job["requested_by"]
    assert of_job[0]["facts"]["origin"] == "dagster"
    assert world.done(opened_by_run(world, project_id, requested_by="ana")) == job


def test_a_run_of_nobody_is_a_job_of_the_service_account(world: World) -> None:
    project_id = opened(world, "Nobody")
    job = world.done(opened_by_run(world, project_id, "run-10"))
    mine = world.done(opened_by_run(world, project_id, "run-11", requested_by="ana"))
    assert job["requested_by"] != mine["requested_by"]
    assert world.done(moved(world, job["mining_job_id"], Move.FINISH))["state"] == "done"


def test_a_run_in_dagster_gives_nobody_more_than_the_api_does(world: World) -> None:
    project_id = opened(world, "Hers alone")
    world.analyst("eve")
    world.manager("mia")
    sentence(opened_by_run(world, project_id, requested_by="eve"), 404)
    sentence(opened_by_run(world, project_id, requested_by="mia"), 403)
    assert "no account stranger" in sentence(opened_by_run(world, project_id, requested_by="stranger"), 404)
    assert "open it first" in sentence(opened_by_run(world, int(world.project("D")["project_id"])), 409)
    assert not world.done(world.client.get(f"/projects/{project_id}/mining-jobs", headers=world.analyst()))
