"""Projects: their life, whose they are, and what may be in them."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from domain.tasks.task_scopes import AutomatedTaskScope, UserInitiatedTaskScope
from governance_api.projects.kinds import TaskScopeKind
from governance_api.projects.stages import MOVES, Move, Stage
from tests.governance_api.world import World, sentence


@pytest.fixture(scope="module", autouse=True)
def team(world: World) -> None:
    world.person("wanda")
    world.person("wilma")


def moved(world: World, project_id: int, move: str, by: dict[str, str] | None = None) -> Any:
    return world.client.post(f"/projects/{project_id}/{move}", headers=by or world.analyst())


WAY_TO: dict[Stage, list[str]] = {
    Stage.DRAFT: [],
    Stage.COLLECTING: ["open"],
    Stage.CLOSED: ["open", "close"],
    Stage.ARCHIVED: ["open", "close", "archive"],
}


def test_every_stage_is_tried() -> None:
    assert {*WAY_TO, Stage.DELETED} == set(Stage)


@pytest.mark.parametrize("move", Move)
def test_a_deleted_project_moves_nowhere(world: World, move: Move) -> None:
    project_id = world.project(f"Deleted, then {move}")["project_id"]
    world.done(world.client.delete(f"/projects/{project_id}", headers=world.analyst()))
    sentence(moved(world, project_id, move), 404)


@pytest.mark.parametrize(("stage", "move"), list(product(WAY_TO, Move)))
def test_a_project_moves_as_the_table_says_and_not_otherwise(world: World, stage: Stage, move: Move) -> None:
    project_id = world.project(f"{stage} then {move}")["project_id"]
    for step in WAY_TO[stage]:
        world.done(moved(world, project_id, step))
    sources, target = MOVES[move]
    answer = moved(world, project_id, move)
    if stage in sources:
        assert world.done(answer)["stage"] == target
        assert (world.done(answer)["closed_at"] is not None) is (target in {Stage.CLOSED, Stage.ARCHIVED})
    else:
        assert "what it can do now is" in sentence(answer, 409)


def test_a_closed_project_does_not_change(world: World) -> None:
    project_id = world.project("Shut")["project_id"]
    world.done(moved(world, project_id, "open"))
    world.done(moved(world, project_id, "close"))
    path = f"/projects/{project_id}"
    assert "reopen it" in sentence(world.client.patch(path, json={"name": "New"}, headers=world.analyst()), 409)
    scope = {"name": "Ticket", "kind": "user_initiated"}
    sentence(world.client.post(f"{path}/task-scopes", json=scope, headers=world.analyst()), 409)
    request = {"name": "R", "purpose": "P", "project_id": project_id}
    sentence(world.client.post("/data-requests", json=request, headers=world.analyst()), 409)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"ends_on": "2025-11-02"}, 422, "exchange them"),
        ({"anonymization_level": "initials"}, 422, "choose anonymized_code"),
        ({"goals": []}, 422, "goals"),
        ({"goals": ["fame"]}, 422, "goals"),
        ({"name": "Taken"}, 409, "choose another name"),
        ({"workstation_user_logins": ["ghost"]}, 404, "no workstation user ghost"),
        ({"alias_key": "mine"}, 422, "alias_key"),
        ({"collection_cadence": "sometimes"}, 422, "collection_cadence"),
    ],
)
def test_a_project_that_cannot_be_is_refused(world: World, body: dict[str, Any], status: int, words: str) -> None:
    listed = world.done(world.client.get("/projects", headers=world.analyst()))
    if "Taken" not in [each["name"] for each in listed]:
        world.project("Taken")
    good = {"name": "Good", "starts_on": "2025-11-03", "ends_on": "2025-11-14", "goals": ["overall_activity"]}
    answer = world.client.post("/projects", json={**good, **body}, headers=world.analyst())
    assert words in sentence(answer, status)


def test_a_less_strict_minimum_level_is_the_configurations_to_allow(world: World) -> None:
    path = "/configuration/anonymization/minimum_level"
    world.done(world.client.put(path, json={"value": "initials"}, headers=world.admin))
    assert world.project("Open names", anonymization_level="initials")["anonymization_level"] == "initials"
    world.done(world.client.put(path, json={"value": "anonymized_code"}, headers=world.admin))


def test_the_key_behind_the_aliases_never_leaves(world: World) -> None:
    project = world.project("Secret aliases")
    assert not [name for name in project if "alias" in name]


def test_a_project_is_seen_by_its_owner_an_admin_and_those_it_is_shared_with(world: World) -> None:
    project_id = world.project("Private matter")["project_id"]
    path = f"/projects/{project_id}"
    eve, stella = world.analyst("eve"), world.signed_in("stella", "stakeholder")
    assert "share it with you" in sentence(world.client.get(path, headers=eve), 404)
    assert world.client.get(path, headers=world.admin).status_code == 200
    assert world.client.get(path, headers=world.tokens["pipelines"]).status_code == 200
    for login in ("eve", "stella"):
        share = {"login": login, "permission": "view"}
        world.done(world.client.post(f"{path}/shares", json=share, headers=world.analyst()))
    assert world.client.get(path, headers=eve).status_code == 200
    assert [each["project_id"] for each in world.done(world.client.get("/projects", headers=stella))] == [project_id]
    assert "permission to edit" in sentence(world.client.patch(path, json={"name": "Mine"}, headers=eve), 403)
    edit = {"login": "eve", "permission": "edit"}
    world.done(world.client.post(f"{path}/shares", json=edit, headers=world.analyst()))
    assert world.done(world.client.patch(path, json={"description": "Ours"}, headers=eve))["description"] == "Ours"
    shares = world.done(world.client.get(f"{path}/shares", headers=eve))
    assert {each["login"]: each["permission"] for each in shares} == {"eve": "edit", "stella": "view"}
    eves_id = next(each["account_id"] for each in shares if each["login"] == "eve")
    assert world.client.delete(f"{path}/shares/{eves_id}", headers=world.analyst()).status_code == 204
    sentence(world.client.get(path, headers=eve), 404)


def test_a_look_at_a_project_is_noted_and_keeps_it_alive(world: World) -> None:
    project = world.project("Looked at")
    world.clock.pass_by(minutes=1)
    seen = world.done(world.client.get(f"/projects/{project['project_id']}", headers=world.analyst()))
    assert seen["last_opened_at"] > project["last_opened_at"]
    entries = world.done(world.client.get("/audit-entries?tag=project:looked_at", headers=world.admin))
    assert str(project["project_id"]) in [each["noun_id"] for each in entries]


def test_the_stage_of_each_person_is_told_and_their_consent_is_not(world: World) -> None:
    project = world.project("People", "wanda", "wilma")
    path = f"/projects/{project['project_id']}/workstation-users"

    def stages() -> dict[str, str]:
        people = world.done(world.client.get(path, headers=world.analyst()))
        assert "consent" not in str(people)
        return {each["workstation_user_login"]: each["stage"] for each in people}

    assert stages() == {"wanda": "required", "wilma": "required"}
    request = world.request(project_id=project["project_id"])
    assert stages() == {"wanda": "requested", "wilma": "requested"}
    first, second = (each["approval_id"] for each in request["approvals"])
    world.done(world.client.post(f"/approvals/{first}/approve", headers=world.manager()))
    world.done(world.client.post(f"/approvals/{second}/reject", json={"reason": "No"}, headers=world.manager()))
    assert stages() == {"wanda": "approved", "wilma": "rejected"}
    world.request("wilma", project_id=project["project_id"])
    assert stages()["wilma"] == "requested"


AUTOMATED = {
    "name": "Incident",
    "kind": "automated",
    "source": {"kind": "csv", "file": "incidents.csv"},
    "table_name": "incident",
    "field": "state",
    "start_state": "New",
    "end_state": "Closed",
}


def test_task_scopes_of_both_kinds_come_and_go(world: World) -> None:
    path = f"/projects/{world.project('Scopes')['project_id']}/task-scopes"
    made = world.done(world.client.post(path, json=AUTOMATED, headers=world.analyst()))
    manual = {"name": "Refund", "kind": "user_initiated", "instructions": "Start it when the call begins."}
    world.done(world.client.post(path, json=manual, headers=world.analyst()))
    listed = world.done(world.client.get(path, headers=world.tokens["pipelines"]))
    assert [each["name"] for each in listed] == ["Incident", "Refund"]
    assert listed[0]["source"] == {"kind": "csv", "file": "incidents.csv"}
    assert "choose another name" in sentence(world.client.post(path, json=AUTOMATED, headers=world.analyst()), 409)
    gone = f"{path}/{made['task_scope_id']}"
    assert world.client.delete(gone, headers=world.analyst()).status_code == 204
    assert "no task scope" in sentence(world.client.delete(gone, headers=world.analyst()), 404)


def test_a_condition_on_the_records_own_fields_is_kept_as_written(world: World) -> None:
    path = f"/projects/{world.project('Urgent scopes')['project_id']}/task-scopes"
    condition = {"all": [{"field": "Priority", "operator": "starts_with", "value": "1"}]}
    made = world.done(world.client.post(path, json={**AUTOMATED, "condition": condition}, headers=world.analyst()))
    assert made["condition"] == condition


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"end_state": "New"}, "two different states"),
        ({"source": {"kind": "csv", "file": "../secret.csv"}}, "names a folder"),
        ({"source": {"kind": "ftp"}}, "source"),
        ({"source": None}, "source"),
        ({"kind": "guessed"}, "kind"),
        ({"instructions": "Just do it"}, "instructions"),
        ({"condition": {"field": "priority", "operator": "matches", "value": "("}}, "$.value is not a pattern"),
        ({"condition": {"field": "priority", "operator": "above", "value": "2"}}, "$.operator is 'above': use one of"),
        ({"condition": {"field": "", "operator": "is", "value": "2"}}, "name a field of the audit trail's records"),
        ({"condition": {}}, "no known form"),
        ({"kind": "user_initiated", "condition": {"field": "priority", "operator": "is_empty"}}, "unknown field"),
    ],
)
def test_a_task_scope_that_cannot_be_is_refused(world: World, change: dict[str, Any], words: str) -> None:
    listed = world.done(world.client.get("/projects", headers=world.analyst()))
    known = [each["project_id"] for each in listed if each["name"] == "Bad scopes"]
    project_id = known[0] if known else world.project("Bad scopes")["project_id"]
    path = f"/projects/{project_id}/task-scopes"
    assert words in sentence(world.client.post(path, json={**AUTOMATED, **change}, headers=world.analyst()), 422)


def test_a_task_scope_whose_audit_trail_cannot_be_read_is_refused(world: World, audit_trails: Path) -> None:
    path = f"/projects/{world.project('Scopes of files')['project_id']}/task-scopes"

    def answered(file: str) -> str:
        body = {**AUTOMATED, "source": {"kind": "csv", "file": file}}
        return sentence(world.client.post(path, json=body, headers=world.analyst()), 422)

    assert "cannot be read from the folder of audit trails: put the file there" in answered("none.csv")
    (audit_trails / "folder.csv").mkdir(exist_ok=True)
    assert "cannot be read" in answered("folder.csv")
    (audit_trails / "other.csv").write_text("a,b\n1,2\n")
    assert "other.csv, line 1: the columns are a, b" in answered("other.csv")
    (audit_trails / "latin.csv").write_bytes(b"\xe4,b\n")
    assert "latin.csv is not UTF-8" in answered("latin.csv")
    assert world.done(world.client.get(path, headers=world.analyst())) == []


def test_a_share_with_a_mistyped_login_names_a_remedy_that_an_analyst_has(world: World) -> None:
    path = f"/projects/{world.project('Mistyped')['project_id']}/shares"
    answer = world.client.post(path, json={"login": "stakeholdr", "permission": "view"}, headers=world.analyst())
    assert sentence(answer, 404) == "There is no account stakeholdr: check how it is written, or ask an admin."


def test_the_kinds_of_task_scopes_are_those_of_the_domain() -> None:
    tags = {scope.__struct_config__.tag for scope in (AutomatedTaskScope, UserInitiatedTaskScope)}
    assert {kind.value for kind in TaskScopeKind} == tags
