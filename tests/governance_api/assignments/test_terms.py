"""Terms are frozen with a data request: of its project, of what it records, of the pools that a project names."""

from typing import Any
from uuid import uuid4

import pytest

from tests.governance_api.world import World, sentence


@pytest.fixture(scope="module", autouse=True)
def team(world: World) -> None:
    world.person("wanda")
    world.person("wilma")


def project(world: World, **fields: Any) -> int:
    return int(world.project(f"Project {uuid4()}", "wanda", **fields)["project_id"])


def changed(world: World, project_id: int, **changes: Any) -> Any:
    return world.client.patch(f"/projects/{project_id}", json=changes, headers=world.analyst())


def decided(world: World, request: Any, decision: str) -> None:
    for approval in request["approvals"]:
        body = {"reason": "Because"} if decision != "approve" else None
        path = f"/approvals/{approval['approval_id']}/{decision}"
        world.done(world.client.post(path, json=body, headers=world.manager()))


CHANGES: list[dict[str, Any]] = [
    {"collection_cadence": "continuous"},
    {"goals": ["overall_activity", "task_timeline"]},
    {"goals": ["task_timeline"]},
    {"visibility": "individual"},
    {"anonymization_level": "initials"},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
@pytest.mark.parametrize("decisions", [(), ("approve",)])
def test_what_people_were_asked_on_does_not_change(
    world: World, change: dict[str, Any], decisions: tuple[str, ...]
) -> None:
    project_id = project(world, collection_cadence="targeted")
    request = world.request(project_id=project_id)
    for decision in decisions:
        decided(world, request, decision)
    assert "file a new data request" in sentence(changed(world, project_id, **change), 409)
    seen = world.done(world.client.get(f"/data-requests/{request['data_request_id']}", headers=world.analyst()))
    assert (seen["collection_cadence"], seen["goals"]) == ("targeted", ["overall_activity"])
    assert (seen["visibility"], seen["anonymization_level"]) == ("group", "anonymized_code")


@pytest.mark.parametrize("decisions", [("reject",), ("approve", "withdraw")])
def test_terms_are_free_again_when_nobody_is_asked_any_more(world: World, decisions: tuple[str, ...]) -> None:
    project_id = project(world)
    request = world.request(project_id=project_id)
    for decision in decisions:
        decided(world, request, decision)
    assert world.done(changed(world, project_id, visibility="individual"))["visibility"] == "individual"
    assert world.request(project_id=project_id)["visibility"] == "individual"


def test_a_name_and_the_same_terms_may_be_given_at_any_time(world: World) -> None:
    project_id = project(world)
    world.request(project_id=project_id)
    name = f"Renamed {uuid4()}"
    assert world.done(changed(world, project_id, name=name, goals=["overall_activity"]))["name"] == name


def test_dates_may_grow_and_not_leave_out_days_that_people_were_asked_for(world: World) -> None:
    project_id = project(world)
    world.request(project_id=project_id)
    assert "close the project" in sentence(changed(world, project_id, ends_on="2025-11-07"), 409)
    world.done(changed(world, project_id, ends_on="2025-11-30"))


def test_a_task_that_a_targeted_request_records_stays(world: World) -> None:
    project_id = project(world, collection_cadence="targeted")
    path = f"/projects/{project_id}/task-scopes"
    first, second = (
        world.done(world.client.post(path, json={"name": name, "kind": "user_initiated"}, headers=world.analyst()))[
            "task_scope_id"
        ]
        for name in ("Refund", "Complaint")
    )
    assert world.client.delete(f"{path}/{first}", headers=world.analyst()).status_code == 204
    world.request(project_id=project_id)
    answer = world.client.delete(f"{path}/{second}", headers=world.analyst())
    assert "add another task scope" in sentence(answer, 409)


def test_a_request_for_a_project_names_no_terms_of_its_own(world: World) -> None:
    body = {"name": "R", "purpose": "P", "project_id": project(world), "visibility": "individual"}
    answer = world.client.post("/data-requests", json=body, headers=world.analyst())
    assert "leave them out" in sentence(answer, 422)


def test_a_pool_request_asks_for_the_least_unless_it_says_more(world: World) -> None:
    asked = world.request("wanda")
    assert (asked["goals"], asked["visibility"]) == (["overall_activity"], "group")
    more = world.request("wanda", goals=["task_activity"], visibility="individual")
    assert (more["goals"], more["visibility"]) == (["task_activity"], "individual")
    body = {"name": "R", "purpose": "P", "starts_on": "2025-11-03", "workstation_user_logins": ["wanda"]}
    answer = world.client.post(
        "/data-requests", json={**body, "anonymization_level": "initials"}, headers=world.analyst()
    )
    assert "choose anonymized_code" in sentence(answer, 422)


def test_a_project_names_pools_that_cover_it(world: World) -> None:
    project_id = project(world, goals=["task_activity"])
    narrow = world.request("wanda")["data_request_id"]
    assert "does not cover" in sentence(changed(world, project_id, pool_data_request_ids=[narrow]), 422)
    wide = world.request("wanda", goals=["task_activity", "overall_activity"])["data_request_id"]
    assert world.done(changed(world, project_id, pool_data_request_ids=[wide]))["pool_data_request_ids"] == [wide]
    assert "does not cover" in sentence(changed(world, project_id, goals=["task_timeline"]), 422)
    own = world.request(project_id=project(world))["data_request_id"]
    assert "without one" in sentence(changed(world, project_id, pool_data_request_ids=[own]), 422)
    sentence(changed(world, project_id, pool_data_request_ids=[4711]), 404)


def test_the_stage_of_a_person_counts_what_the_project_may_be_mined_through(world: World) -> None:
    project_id = int(world.project(f"Project {uuid4()}", "wanda", "wilma")["project_id"])
    foreign = world.request("wanda")
    decided(world, foreign, "approve")

    def stages() -> dict[str, str]:
        people = world.done(world.client.get(f"/projects/{project_id}/workstation-users", headers=world.analyst()))
        return {each["workstation_user_login"]: each["stage"] for each in people}

    assert stages() == {"wanda": "required", "wilma": "required"}
    decided(world, world.request("wilma", project_id=project_id), "reject")
    world.done(changed(world, project_id, pool_data_request_ids=[foreign["data_request_id"]]))
    assert stages() == {"wanda": "approved", "wilma": "rejected"}
