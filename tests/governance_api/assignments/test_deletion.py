"""A deleted project collects nothing more, keeps nothing, and is nobody's any more; that there was one stays."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.fakes.desktop import wait_for
from tests.governance_api.assignments.test_assignments import answered, approved, is_open_now, opened, policy_of, sent
from tests.governance_api.world import Headers, World, sentence

_WAITING = text("select count(*) from pg_locks where not granted")


@pytest.fixture
def login(world: World) -> str:
    name = f"person-{uuid4().hex[:8]}"
    world.person(name)
    return name


def deleted(world: World, project_id: int, by: Headers | None = None) -> Any:
    return world.client.delete(f"/projects/{project_id}", headers=by or world.analyst())


def entries(world: World, tag: str, noun_id: int) -> list[dict[str, Any]]:
    found = world.done(world.client.get(f"/audit-entries?tag={tag}&limit=1000", headers=world.admin))
    return [each for each in found if each["noun_id"] == str(noun_id)]


def test_collecting_ends_at_once_at_policy_and_gate_also_for_what_was_before(world: World, login: str) -> None:
    project_id = opened(world, login)
    answered(world, login, approved(world, login, project_id=project_id))
    assert is_open_now(world, login)
    assert sent(world, login, [("08:00", "clicked")]) == (1, {})
    assert deleted(world, project_id).status_code == 204
    assert policy_of(world, login).assignments == ()
    assert policy_of(world, login).targeted_tasks == ()
    assert sent(world, login, [("08:00", "clicked")]) == (0, {"outside_collection_window": 1})


def test_what_another_assignment_allows_goes_on(world: World, login: str) -> None:
    project_id = opened(world, login)
    answered(world, login, approved(world, login, project_id=project_id))
    answered(world, login, approved(world, login))
    deleted(world, project_id)
    assert is_open_now(world, login)
    assert len(policy_of(world, login).assignments) == 1


def test_approvals_end_with_a_reason_and_in_the_order_that_the_pipelines_follow(world: World, login: str) -> None:
    other = f"{login}-other"
    world.person(other)
    project_id = int(world.project(f"Project {uuid4()}", login, other)["project_id"])
    given, waiting = world.request(project_id=project_id)["approvals"]
    world.done(world.client.post(f"/approvals/{given['approval_id']}/approve", headers=world.manager()))
    deleted(world, project_id)
    listed = world.done(world.client.get("/data-requests?limit=1000", headers=world.analyst()))
    (summary,) = [each for each in listed if each["project_id"] == project_id]
    path = f"/data-requests/{summary['data_request_id']}"
    request = world.done(world.client.get(path, headers=world.analyst()))
    assert [(each["decision"], each["reason"]) for each in request["approvals"]] == [
        ("withdrawn", "The project was deleted."),
        ("rejected", "The project was deleted."),
    ]
    sentence(world.client.post(f"/approvals/{waiting['approval_id']}/approve", headers=world.manager()), 409)
    with world.engine.connect() as connection:
        newest = text("select approval_id from governance.approvals order by decision_seq desc nulls last limit 2")
        assert sorted(connection.scalars(newest)) == [given["approval_id"], waiting["approval_id"]]


def test_a_deleted_project_is_nobodys_and_its_name_is_free(world: World, login: str) -> None:
    name = f"Project {uuid4()}"
    project_id = int(world.project(name, login)["project_id"])
    share = {"login": "stella", "permission": "view"}
    world.signed_in("stella", "stakeholder")
    world.done(world.client.post(f"/projects/{project_id}/shares", json=share, headers=world.analyst()))
    sentence(world.client.post("/projects", json=again(name, login), headers=world.analyst()), 409)
    assert deleted(world, project_id).status_code == 204
    for who in (world.admin, world.analyst(), world.tokens["pipelines"], world.tokens["stella"]):
        listed = world.done(world.client.get("/projects?limit=1000", headers=who))
        assert project_id not in [each["project_id"] for each in listed]
    for address in ("", "/task-scopes", "/shares", "/mining-jobs"):
        sentence(world.client.get(f"/projects/{project_id}{address}", headers=world.admin), 404)
    sentence(world.client.post(f"/projects/{project_id}/open", headers=world.admin), 404)
    body = {"name": "R", "purpose": "P", "project_id": project_id}
    sentence(world.client.post("/data-requests", json=body, headers=world.analyst()), 404)
    renewed = world.done(world.client.post("/projects", json=again(name, login), headers=world.analyst()))
    assert renewed["project_id"] != project_id


def again(name: str, login: str) -> dict[str, Any]:
    dates = {"starts_on": "2025-11-03", "ends_on": "2025-11-14"}
    return {"name": name, "goals": ["overall_activity"], "workstation_user_logins": [login], **dates}


def test_the_audit_log_says_what_was_deleted_and_repeating_says_nothing_more(world: World, login: str) -> None:
    project_id = opened(world, login)
    approved(world, login, project_id=project_id)
    for _ in range(3):
        assert deleted(world, project_id).status_code == 204
    (entry,) = entries(world, "project:deleted", project_id)
    facts = {name: value for name, value in entry["facts"].items() if name != "name"}
    assert facts == {
        "former_stage": "collecting",
        "starts_on": "2025-11-03",
        "ends_on": "2025-11-14",
        "ended_approval_count": 1,
        "project_shares_count": 0,
        "project_workstation_users_count": 1,
        "task_scopes_count": 1,
        "project_closings_count": 0,
    }
    assert entries(world, "project:created", project_id)[0]["facts"]["name"] == entry["facts"]["name"]
    with world.engine.connect() as connection:
        left = text("select name, description from governance.projects where project_id = :id")
        assert connection.execute(left, {"id": project_id}).one().name == entry["facts"]["name"]


def test_mining_jobs_that_wait_or_run_end_with_it_and_none_that_is_done(world: World, login: str) -> None:
    project_id = opened(world, login)
    some_rules(world)
    jobs = []
    for moves in (["start", "finish"], ["start"], []):
        path = f"/projects/{project_id}/mining-jobs"
        jobs.append(world.done(world.client.post(path, json={}, headers=world.analyst()))["mining_job_id"])
        for move in moves:
            assert moved(world, jobs[-1], move).status_code == 200
    done, running, waiting = jobs
    assert deleted(world, project_id).status_code == 204
    with world.engine.connect() as connection:
        states = text("select state, error from governance.mining_jobs where project_id = :id order by mining_job_id")
        found = connection.execute(states, {"id": project_id}).all()
    why = "The project was deleted: there is nothing to mine any more."
    assert [tuple(each) for each in found] == [("done", None), ("failed", why), ("failed", why)]
    for job in (running, waiting):
        assert entries(world, "mining_job:moved", job)[-1]["facts"] == {"state": "failed", "error": why}
    assert entries(world, "mining_job:moved", done)[-1]["facts"]["state"] == "done"
    sentence(moved(world, waiting, "start"), 409)
    sentence(moved(world, running, "finish"), 409)


def test_deleting_waits_for_whoever_moves_a_job_and_not_they_for_it(world: World, login: str) -> None:
    project_id = opened(world, login)
    approved(world, login, project_id=project_id)
    some_rules(world)
    path = f"/projects/{project_id}/mining-jobs"
    job = world.done(world.client.post(path, json={}, headers=world.analyst()))["mining_job_id"]
    with ThreadPoolExecutor() as others, world.engine.connect() as moving:
        moving.execute(text("select from governance.mining_jobs where mining_job_id = :it for update"), {"it": job})
        answer = others.submit(deleted, world, project_id)
        with world.engine.connect() as looking:
            wait_for(lambda: looking.execute(_WAITING).scalar() or answer.done())
        moving.execute(text("select pg_advisory_xact_lock(hashtextextended('audit chain', 0))"))
        moving.commit()
        assert answer.result().status_code == 204, answer.result().text


MOVE_BODIES: dict[str, dict[str, Any]] = {"start": {"run_id": "a run"}, "finish": {"row_counts": {}}}


def moved(world: World, mining_job_id: int, move: str) -> Any:
    path, headers = f"/mining-jobs/{mining_job_id}/{move}", world.tokens["pipelines"]
    return world.client.post(path, json=MOVE_BODIES[move], headers=headers)


def some_rules(world: World) -> None:
    rule = {"condition": {"field": "url", "operator": "is", "value": "x"}, "activity_kind": "productive"}
    body = {"rules": [{"rank": 10, "category": "Mail", **rule}]}
    world.done(world.client.post("/rule-sets", json=body, headers=world.admin))


def test_only_who_may_close_it_may_delete_it(world: World, login: str) -> None:
    project_id = int(world.project(f"Project {uuid4()}", login)["project_id"])
    stranger = world.signed_in("another-analyst", "analyst")
    sentence(deleted(world, project_id, stranger), 404)
    share = {"login": "another-analyst", "permission": "view"}
    world.done(world.client.post(f"/projects/{project_id}/shares", json=share, headers=world.analyst()))
    sentence(deleted(world, project_id, stranger), 403)
    share["permission"] = "edit"
    world.done(world.client.post(f"/projects/{project_id}/shares", json=share, headers=world.analyst()))
    assert deleted(world, project_id, stranger).status_code == 204
    assert deleted(world, project_id, stranger).status_code == 204
    assert deleted(world, project_id, world.admin).status_code == 204
    sentence(deleted(world, project_id, world.signed_in("third-analyst", "analyst")), 404)
    sentence(deleted(world, 2**31 - 1, world.admin), 404)


_DELETION = text(
    "update governance.projects set stage = 'deleted', deleted_at = now(), deleted_by = created_by "
    "where project_id = :project_id"
)
MEANWHILE: dict[str, dict[str, Any]] = {
    "mining-jobs": {},
    "shares": {"login": "admin", "permission": "view"},
    "task-scopes": {"name": "Invoices", "kind": "user_initiated"},
}


@pytest.mark.parametrize("what", MEANWHILE)
def test_what_is_asked_for_while_it_is_being_deleted_finds_it_deleted(world: World, login: str, what: str) -> None:
    project_id = opened(world, login)
    some_rules(world)
    path, body, headers = f"/projects/{project_id}/{what}", MEANWHILE[what], world.analyst()
    with ThreadPoolExecutor() as others, world.engine.connect() as deleting:
        deleting.execute(
            text("select 1 from governance.projects where project_id = :it for update"), {"it": project_id}
        )
        deleting.execute(_DELETION, {"project_id": project_id})
        answer = others.submit(world.client.post, path, json=body, headers=headers)
        try:
            with world.engine.connect() as looking:
                wait_for(lambda: looking.execute(_WAITING).scalar() or answer.done())
            assert not answer.done(), answer.result().text
        finally:
            deleting.commit()
        sentence(answer.result(), 404)
