"""A person's first agent begins at once; a further one waits, and is confirmed at the first or by an installer."""

from typing import Any

import pytest

from domain.policies import decode_policy
from tests.governance_api.world import Headers, World, sentence


@pytest.fixture(scope="module", autouse=True)
def people(world: World) -> None:
    for login in ("wanda", "wilma", "walter", "willy", "rita"):
        world.person(login)


def enrolled(world: World, login: str, host: str = "desk-1") -> dict[str, Any]:
    answer: dict[str, Any] = world.done(world.enrol(world.registration_key(login), login, host=host))
    return answer


def headers_of(agent: dict[str, Any]) -> Headers:
    return {"Authorization": f"Bearer {agent['agent_token']}"}


def status_of_policy(world: World, agent: dict[str, Any]) -> int:
    return int(world.client.get("/agent/policy", headers=headers_of(agent)).status_code)


def test_a_further_agent_gets_nothing_until_the_first_one_confirms_it(world: World) -> None:
    first, second = enrolled(world, "wanda"), enrolled(world, "WANDA", host="laptop")
    assert (first["stage"], second["stage"]) == ("installed", "requested")
    assert second["login"] == "wanda"
    assert "waits to be confirmed" in sentence(world.client.get("/agent/policy", headers=headers_of(second)), 403)
    assert "waits" in sentence(world.client.post("/agent/event-batches", headers=headers_of(second)), 403)
    assert "waits" in sentence(world.client.post("/agent/health", json={}, headers=headers_of(second)), 403)
    (other,) = decode_policy(world.client.get("/agent/policy", headers=headers_of(first)).content).other_agents
    assert (other.agent_id, other.host, other.account) == (second["agent_id"], "laptop", "WANDA")
    assert not other.is_confirmed
    path = f"/agent/enrolments/{second['agent_id']}/confirm"
    assert world.client.post(path, headers=headers_of(first)).status_code == 204
    assert (status_of_policy(world, first), status_of_policy(world, second)) == (200, 200)
    for agent, host in ((first, "laptop"), (second, "desk-1")):
        (other,) = decode_policy(world.client.get("/agent/policy", headers=headers_of(agent)).content).other_agents
        assert (other.host, other.is_confirmed) == (host, True)


def test_confirmed_for_the_same_workstation_it_replaces_what_was_there(world: World) -> None:
    first, again = enrolled(world, "wilma"), enrolled(world, "wilma")
    assert first["agent_id"] != again["agent_id"]
    assert (status_of_policy(world, first), status_of_policy(world, again)) == (200, 403)
    answer = world.done(world.client.post(f"/agents/{again['agent_id']}/confirm", headers=world.admin))
    assert answer["stage"] == "installed"
    assert (status_of_policy(world, first), status_of_policy(world, again)) == (401, 200)
    listed = world.done(world.client.get("/agents", headers=world.admin))
    (ended,) = [each for each in listed if each["agent_id"] == first["agent_id"]]
    assert (ended["stage"], ended["ending"]) == ("uninstalled", "replaced")


def test_what_is_refused_is_a_stranger_and_stays_one(world: World) -> None:
    first, second, third = (enrolled(world, "walter", host=host) for host in ("desk", "laptop", "phone"))
    path = f"/agent/enrolments/{second['agent_id']}"
    assert world.client.post(f"{path}/refuse", headers=headers_of(first)).status_code == 204
    assert status_of_policy(world, second) == 401
    assert "enrol again" in sentence(world.client.post(f"{path}/confirm", headers=headers_of(first)), 409)
    world.done(world.client.post(f"/agents/{third['agent_id']}/refuse", headers=world.admin))
    assert status_of_policy(world, third) == 401
    assert decode_policy(world.client.get("/agent/policy", headers=headers_of(first)).content).other_agents == ()
    for tag, count in (("agent:refused", 2), ("agent:enrolled", 3)):
        entries = world.done(world.client.get(f"/audit-entries?tag={tag}", headers=world.admin))
        agents = {str(each["agent_id"]) for each in (first, second, third)}
        assert sum(each["noun_id"] in agents for each in entries) == count


def test_after_the_last_agent_was_uninstalled_the_next_is_a_first_one(world: World) -> None:
    agent = world.agent("willy")
    assert world.client.post("/agent/uninstall", headers=agent).status_code == 204
    assert enrolled(world, "willy")["stage"] == "installed"


def test_an_agent_for_recordings_delivers_and_answers_for_nobody(world: World) -> None:
    approval_id = world.approved("rita")
    body = {"workstation_user_login": "rita", "host": "import", "agent_version": "1"}
    made = world.done(world.client.post("/agents/for-recordings", json=body, headers=world.admin))
    assert enrolled(world, "rita")["stage"] == "installed"
    consent = {"approval_id": approval_id, "answer": "accepted"}
    told = sentence(world.client.post("/agent/consents", json=consent, headers=headers_of(made)), 403)
    assert "their own workstation" in told
    waiting = enrolled(world, "rita", host="laptop")
    path = f"/agent/enrolments/{waiting['agent_id']}/confirm"
    sentence(world.client.post(path, headers=headers_of(made)), 404)
