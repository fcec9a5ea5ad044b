"""Data requests: from a project or alone, about people somebody answers for, followed by those who may."""

from typing import Any

import pytest

from tests.governance_api.world import World, sentence


@pytest.fixture(scope="module", autouse=True)
def team(world: World) -> None:
    world.person("wanda")
    world.person("wilma")
    world.person("otto", manager="max")


def filed(world: World, **body: Any) -> Any:
    body = {"name": "Request", "purpose": "To learn", "starts_on": "2025-11-03", **body}
    return world.client.post("/data-requests", json=body, headers=world.analyst())


def test_every_named_person_becomes_one_approval_that_waits(world: World) -> None:
    request = world.request("wanda", "otto", "wanda")
    assert request["stage"] == "waiting_for_approval"
    assert [(each["workstation_user_login"], each["decision"]) for each in request["approvals"]] == [
        ("wanda", "pending"),
        ("otto", "pending"),
    ]


def test_a_request_from_a_project_takes_over_its_people_and_dates(world: World) -> None:
    project = world.project("Desk", "wanda", "wilma")
    request = world.request(project_id=project["project_id"])
    assert [each["workstation_user_login"] for each in request["approvals"]] == ["wanda", "wilma"]
    assert (request["starts_on"], request["ends_on"]) == ("2025-11-03", "2025-11-14")
    assert "Not in the project: otto" in sentence(
        filed(world, project_id=project["project_id"], workstation_user_logins=["otto"]), 422
    )


def test_a_request_can_be_filed_on_behalf_of_somebody(world: World) -> None:
    other = world.analyst("paula")
    request = world.request("wanda", on_behalf_of_login="paula")
    assert request["on_behalf_of_login"] == "paula"
    path = f"/data-requests/{request['data_request_id']}"
    assert world.client.get(path, headers=other).status_code == 200
    assert "no data request" in sentence(world.client.get(path, headers=world.analyst("eve")), 404)


def test_the_list_counts_the_approvals_and_each_request_names_them(world: World) -> None:
    logins = [f"of-many-{number}" for number in range(7)]
    for login in logins:
        world.person(login)
    request = world.request(*logins)
    for approval, verb in zip(request["approvals"], ("approve", "approve", "reject"), strict=False):
        path = f"/approvals/{approval['approval_id']}/{verb}"
        body = {"reason": "Not now"} if verb == "reject" else None
        world.done(world.client.post(path, json=body, headers=world.manager()))
    rows = world.done(world.client.get("/data-requests?limit=1000", headers=world.analyst()))
    (row,) = [each for each in rows if each["data_request_id"] == request["data_request_id"]]
    assert row["approval_counts"] == {"pending": 4, "approved": 2, "rejected": 1, "withdrawn": 0}
    assert row["stage"] == "cancelled"
    assert not [login for login in logins if login in str(row)]
    whole = world.done(world.client.get(f"/data-requests/{request['data_request_id']}", headers=world.analyst()))
    assert [each["workstation_user_login"] for each in whole.pop("approvals")] == logins
    assert whole == row


@pytest.mark.parametrize("role", ["power_user", "guardian"])
def test_power_users_and_guardians_follow_every_request(world: World, role: str) -> None:
    request = world.request("wanda")
    listed = world.done(world.client.get("/data-requests", headers=world.signed_in(f"the-{role}", role)))
    assert request["data_request_id"] in [each["data_request_id"] for each in listed]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 422, "names nobody"),
        ({"workstation_user_logins": []}, 422, "names nobody"),
        ({"workstation_user_logins": ["ghost"]}, 404, "no workstation user ghost"),
        ({"workstation_user_logins": ["wanda"], "starts_on": None}, 422, "no start date"),
        ({"workstation_user_logins": ["wanda"], "ends_on": "2025-11-02"}, 422, "before the start date"),
        ({"workstation_user_logins": ["wanda"], "starts_on": "3 November"}, 422, "starts_on"),
        ({"workstation_user_logins": ["wanda"], "purpose": "  "}, 422, "purpose"),
        ({"project_id": 4711}, 404, "no project 4711"),
        ({"workstation_user_logins": ["wanda"], "on_behalf_of_login": "ghost"}, 404, "no account ghost"),
    ],
)
def test_a_request_that_nobody_could_answer_is_refused(
    world: World, body: dict[str, Any], status: int, words: str
) -> None:
    before = len(world.done(world.client.get("/data-requests", headers=world.admin)))
    assert words in sentence(filed(world, **body), status)
    assert len(world.done(world.client.get("/data-requests", headers=world.admin))) == before


def test_a_request_about_somebody_without_a_manager_or_gone_is_refused(world: World) -> None:
    body = {"login": "lone", "display_name": "Lone", "time_zone": "UTC"}
    lone = world.done(world.client.post("/workstation-users", json=body, headers=world.admin))
    assert "have an admin name another manager" in sentence(filed(world, workstation_user_logins=["lone"]), 422)
    world.signed_in("former", "manager")
    roles = world.done(world.client.get("/accounts/me", headers=world.tokens["former"]))
    path = f"/workstation-users/{lone['workstation_user_id']}"
    world.done(world.client.patch(path, json={"manager_login": "former"}, headers=world.admin))
    gone: dict[str, list[str]] = {"roles": []}
    world.done(world.client.put(f"/accounts/{roles['account_id']}/roles", json=gone, headers=world.admin))
    assert "Nobody could answer for lone" in sentence(filed(world, workstation_user_logins=["lone"]), 422)
    change = {"manager_login": "mia", "is_active": False}
    world.done(world.client.patch(path, json=change, headers=world.admin))
    assert "No longer observed: lone" in sentence(filed(world, workstation_user_logins=["lone"]), 422)


def test_nobody_asks_for_a_project_that_is_not_theirs_to_edit(world: World) -> None:
    project = world.project("Mine", "wanda", by=world.analyst("eve"))
    sentence(filed(world, project_id=project["project_id"]), 404)
    share = {"login": "ana", "permission": "view"}
    world.analyst()
    path = f"/projects/{project['project_id']}/shares"
    world.done(world.client.post(path, json=share, headers=world.analyst("eve")))
    assert "permission to edit" in sentence(filed(world, project_id=project["project_id"]), 403)
