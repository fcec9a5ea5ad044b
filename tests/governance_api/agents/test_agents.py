"""Agents: recognised by a token, with a policy of what they may do; how they are and how they end is listed."""

from typing import Any

import pytest
from sqlalchemy import text

from domain.assignments.terms import Cadence, ConsentState
from domain.policies import decode_policy
from tests.governance_api.world import Headers, World, sentence


@pytest.fixture(scope="module", autouse=True)
def team(world: World) -> None:
    for login in ("wanda", "wilma", "walter", "willy"):
        world.person(login)


def policy_of(world: World, agent: Headers) -> Any:
    return decode_policy(world.client.get("/agent/policy", headers=agent).content)


def test_an_uninstalled_agent_is_a_stranger(world: World) -> None:
    made = world.done(world.enrol(world.registration_key("walter"), "walter", host="old-desk"))
    path = f"/agents/{made['agent_id']}/uninstall"
    ended = world.done(world.client.post(path, headers=world.admin))
    assert (ended["stage"], ended["ending"]) == ("uninstalled", "revoked")
    token = {"Authorization": f"Bearer {made['agent_token']}"}
    sentence(world.client.get("/agent/policy", headers=token), 401)
    sentence(world.client.post("/agents/4711/uninstall", headers=world.admin), 404)


def test_an_agent_that_takes_its_leave_is_in_the_installers_list_and_a_stranger(world: World) -> None:
    agent = world.agent("walter", host="leaving")
    assert world.client.post("/agent/uninstall", headers=agent).status_code == 204
    sentence(world.client.get("/agent/policy", headers=agent), 401)
    sentence(world.client.post("/agent/uninstall", headers=agent), 401)
    listed = world.done(world.client.get("/agents", headers=world.admin))
    (left,) = [each for each in listed if each["host"] == "leaving"]
    assert (left["stage"], left["ending"]) == ("uninstalled", "reported")
    assert left["ended_at"] is not None
    entries = world.done(world.client.get("/audit-entries?tag=agent:uninstalled", headers=world.admin))
    assert entries[-1]["noun_id"] == str(left["agent_id"])


def test_the_agent_of_somebody_no_longer_observed_is_a_stranger(world: World) -> None:
    agent = world.agent("willy")
    people = world.done(world.client.get("/workstation-users", headers=world.admin))
    willy = next(each["workstation_user_id"] for each in people if each["login"] == "willy")
    change = {"is_active": False}
    world.done(world.client.patch(f"/workstation-users/{willy}", json=change, headers=world.admin))
    sentence(world.client.get("/agent/policy", headers=agent), 401)


def test_without_an_approval_a_policy_allows_nothing(world: World) -> None:
    policy = policy_of(world, world.agent("walter"))
    assert policy.login == "walter"
    assert policy.assignments == ()
    assert policy.consented_windows == ()
    assert policy.event_filters
    assert policy.settings.idle_threshold_seconds == 180


def test_programs_whose_content_is_named_are_a_term_of_each_request(world: World) -> None:
    """Shown in the approval and in the consent; one that is added later changes nothing that was approved before."""
    world.person("wendy")
    agent, paul = world.agent("wendy"), world.signed_in("paul", "power_user")

    def configure(*programs: str) -> None:
        record = "/configuration/agent/applications_with_named_content"
        world.done(world.client.put(record, json={"value": programs}, headers=paul))

    def approve() -> int:
        approval_id = int(world.request("wendy", ends_on=None)["approvals"][0]["approval_id"])
        world.done(world.client.post(f"/approvals/{approval_id}/approve", headers=world.manager()))
        return approval_id

    def accept(approval_id: int) -> None:
        body = {"approval_id": approval_id, "answer": "accepted"}
        world.done(world.client.post("/agent/consents", json=body, headers=agent))

    def named() -> tuple[str, ...]:
        found: tuple[str, ...] = policy_of(world, agent).settings.applications_with_named_content
        return found

    more = "In saplogon, links, list items, table cells and radio buttons are recorded by name, too."
    configure("saplogon")
    try:
        first = approve()
        assert named() == (), "nobody was asked yet"
        (assignment,) = policy_of(world, agent).assignments
        assert assignment.consent_text.endswith(more)
        listed = world.done(world.client.get("/approvals?decision=approved&limit=1000", headers=world.manager()))
        (shown,) = [each for each in listed if each["approval_id"] == first]
        assert shown["applications_with_named_content"] == ["saplogon"]
        accept(first)
        with world.engine.connect() as connection:
            text_of = text("select text from governance.consents where approval_id = :id")
            assert connection.execute(text_of, {"id": first}).scalar_one().endswith(more)
        assert named() == ("saplogon",)
        configure("SAPLogon.exe", "excel")
        assert named() == ("SAPLogon.exe",), "the other one was not asked for"
        configure("excel")
        assert named() == (), "taken out it counts for nobody"
        configure("saplogon", "excel")
        accept(approve())
        assert named() == ("saplogon",), "what is recorded is kept for both requests"
        configure()
        accept(approve())
        configure("saplogon", "excel")
        assert named() == (), "a request that was approved without them"
    finally:
        configure()


def test_a_policy_follows_approval_consent_and_withdrawal(world: World) -> None:
    agent = world.agent("wanda")
    approval_id = world.approved("wanda")
    (assignment,) = policy_of(world, agent).assignments
    assert assignment.asked_by
    assert assignment.seen_by == (
        "The analysts of every project that names this request, whom they share it with, and administrators. "
        "Results show figures of the group, and nobody in it by name or code."
    )
    assert assignment.approval_id == approval_id
    assert assignment.consent is ConsentState.PENDING
    assert "never recorded" in assignment.consent_text
    body = {"approval_id": approval_id, "answer": "accepted"}
    world.done(world.client.post("/agent/consents", json=body, headers=agent))
    assert len(policy_of(world, agent).consented_windows) == 1
    reason = {"reason": "No longer needed"}
    world.done(world.client.post(f"/approvals/{approval_id}/withdraw", json=reason, headers=world.manager()))
    assert policy_of(world, agent).assignments == ()


def test_an_unchanged_policy_is_not_sent_again(world: World) -> None:
    agent = world.agent("wilma")
    first = world.client.get("/agent/policy", headers=agent)
    etag = first.headers["etag"]
    assert etag.startswith('"')
    for held in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        again = world.client.get("/agent/policy", headers={**agent, "If-None-Match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    world.clock.pass_by(hours=1)
    assert world.client.get("/agent/policy", headers={**agent, "If-None-Match": etag}).status_code == 304
    path = "/configuration/agent/idle_threshold_seconds"
    world.done(world.client.put(path, json={"value": 240}, headers=world.admin))
    changed = world.client.get("/agent/policy", headers={**agent, "If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag
    assert decode_policy(changed.content).settings.idle_threshold_seconds == 240
    world.done(world.client.put(path, json={"value": 180}, headers=world.admin))
    assert world.client.get("/agent/policy", headers=agent).headers["etag"] == etag


@pytest.mark.parametrize("name", ["private_mode_seconds", "task_after_lock_seconds", "task_limit_seconds"])
def test_lengths_reach_the_agent_as_they_are_configured(world: World, name: str) -> None:
    agent, path = world.agent("wilma"), f"/configuration/agent/{name}"
    before = getattr(policy_of(world, agent).settings, name)
    world.done(world.client.put(path, json={"value": 1_200}, headers=world.admin))
    assert getattr(policy_of(world, agent).settings, name) == 1_200
    world.done(world.client.put(path, json={"value": before}, headers=world.admin))
    entries = world.done(world.client.get("/audit-entries?tag=configuration:changed", headers=world.admin))
    assert {"value": 1_200, "former_value": before} in [
        each["facts"] for each in entries if each["noun_id"] == f"agent/{name}"
    ]


def test_tasks_to_record_come_with_the_assignments_that_a_person_accepted(world: World) -> None:
    agent = world.agent("wilma")
    project_id = world.project("Refunds", "wilma", collection_cadence="targeted")["project_id"]
    scope = {"name": "Refund", "kind": "user_initiated", "instructions": "Begin with the call."}
    world.done(world.client.post(f"/projects/{project_id}/task-scopes", json=scope, headers=world.analyst()))
    assert policy_of(world, agent).targeted_tasks == ()
    world.done(world.client.post(f"/projects/{project_id}/open", headers=world.analyst()))
    (approval,) = world.request(project_id=project_id)["approvals"]
    world.done(world.client.post(f"/approvals/{approval['approval_id']}/approve", headers=world.manager()))
    assert policy_of(world, agent).targeted_tasks == ()
    accept = {"approval_id": approval["approval_id"], "answer": "accepted"}
    world.done(world.client.post("/agent/consents", json=accept, headers=agent))
    policy = policy_of(world, agent)
    assert [each.name for each in policy.targeted_tasks] == ["Refund"]
    world.approved("wilma")  # what is continuous and not consented to has no influence on what is targeted
    cadences = {each.cadence: each.consent for each in policy_of(world, agent).assignments[-2:]}
    assert cadences == {Cadence.TARGETED: ConsentState.ACCEPTED, Cadence.CONTINUOUS: ConsentState.PENDING}


def test_health_is_kept_with_the_agent(world: World) -> None:
    agent = world.agent("walter", host="healthy")
    health = {"cpu_percent": 0.3, "queue": 12, "losses": {"spool_full": 1}}
    assert world.client.post("/agent/health", json=health, headers=agent).status_code == 204
    listed = world.done(world.client.get("/agents", headers=world.admin))
    found = next(each for each in listed if each["host"] == "healthy")
    assert found["health"] == health
    assert found["last_seen_at"] is not None
    assert "token" not in str(found)


@pytest.mark.parametrize("health", [[], "well", {"x": "y" * 70_000}, {"text": "a\0b"}])
def test_a_health_report_that_is_none_is_refused(world: World, health: Any) -> None:
    sentence(world.client.post("/agent/health", json=health, headers=world.agent("walter")), 422)


def test_whoever_will_be_shown_as_a_person_is_told_so_and_under_which_name(world: World) -> None:
    world.person("wilhelm")
    (approval,) = world.request("wilhelm", visibility="individual")["approvals"]
    world.done(world.client.post(f"/approvals/{approval['approval_id']}/approve", headers=world.manager()))
    (assignment,) = policy_of(world, world.agent("wilhelm")).assignments
    assert assignment.seen_by.endswith("Results show each person; you appear there under a code in place of your name.")
