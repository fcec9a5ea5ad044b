"""Registration keys: for people, for a time, for so many uses; never for anybody, always or without end."""

from datetime import timedelta
from typing import Any

import pytest

from tests.governance_api.world import World, sentence


@pytest.fixture(scope="module", autouse=True)
def people(world: World) -> None:
    for login in ("wanda", "wilma", "walter"):
        world.person(login)
    for login in ("tina", "tom"):
        made = world.person(login)
        world.done(world.client.patch(f"/workstation-users/{made}", json={"team": "Till"}, headers=world.admin))


def created(world: World, **body: Any) -> Any:
    return world.client.post("/agent-registration-keys", json={"name": "Desk", **body}, headers=world.admin)


def test_a_key_is_good_for_seven_days_and_as_many_uses_as_people_unless_told(world: World) -> None:
    made = world.done(created(world, workstation_user_logins=["wanda", "WILMA"]))
    assert made["max_uses"] == 2
    listed = world.done(world.client.get("/agent-registration-keys", headers=world.admin))
    (key,) = [each for each in listed if each["agent_registration_key_id"] == made["agent_registration_key_id"]]
    assert key["expires_at"] == (world.clock() + timedelta(days=7)).isoformat().replace("+00:00", "Z")
    assert len(key["workstation_user_ids"]) == 2
    assert made["registration_key"] not in str(listed)
    assert world.done(created(world, team="Till"))["max_uses"] == 2
    assert world.done(created(world, team="Till", max_uses=5))["max_uses"] == 5


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"workstation_user_logins": []},
        {"team": "Nobody's"},
        {"team": "Till", "workstation_user_logins": ["wanda"]},
        {"team": ""},
    ],
)
def test_a_key_that_is_for_nobody_or_for_both_is_refused(world: World, body: dict[str, Any]) -> None:
    sentence(created(world, **body), 422)


def test_a_key_for_somebody_unknown_is_refused(world: World) -> None:
    assert "nobody" in sentence(created(world, workstation_user_logins=["nobody"]), 404)


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_a_key_expires_within_bounds(world: World, days: int) -> None:
    expires_at = (world.clock() + timedelta(days=days)).isoformat()
    assert "90 days" in sentence(created(world, workstation_user_logins=["wanda"], expires_at=expires_at), 422)


def test_a_key_for_a_team_is_for_whoever_is_in_it_when_it_is_used(world: World) -> None:
    key = world.registration_key(team="Till", max_uses=9)
    world.done(world.enrol(key, "tina"))
    sentence(world.enrol(key, "walter"), 403)
    people = world.done(world.client.get("/workstation-users", headers=world.admin))
    walter = next(each["workstation_user_id"] for each in people if each["login"] == "walter")
    world.done(world.client.patch(f"/workstation-users/{walter}", json={"team": "Till"}, headers=world.admin))
    world.done(world.enrol(key, "walter"))


def test_a_refused_enrolment_uses_nothing_up_and_is_on_the_record(world: World) -> None:
    key = world.registration_key("wilma")
    told = sentence(world.enrol(key, "eve", domain="HOME"), 403)
    assert "HOME\\eve" in told
    entries = world.done(world.client.get("/audit-entries?tag=agent:enrolment_refused", headers=world.admin))
    assert entries[-1]["facts"] == {"account": "HOME\\eve", "identifier": "1000", "host": "desk-1"}
    world.done(world.enrol(key, "wilma"))


def test_a_key_works_until_it_is_used_up_expired_or_revoked(world: World) -> None:
    once = world.registration_key("wanda")
    world.done(world.enrol(once, "wanda"))
    brief = world.registration_key("wanda", expires_at=(world.clock() + timedelta(hours=1)).isoformat())
    week = world.registration_key("wanda")
    world.clock.pass_by(hours=1)
    revoked = created(world, name="Lost", workstation_user_logins=["wanda"]).json()
    path = f"/agent-registration-keys/{revoked['agent_registration_key_id']}"
    assert world.client.delete(path, headers=world.admin).status_code == 204
    for key in (once, brief, revoked["registration_key"], "tm_key_invented"):
        assert "ask an agent installer" in sentence(world.enrol(key, "wanda"), 401)
    world.clock.pass_by(days=7)
    sentence(world.enrol(week, "wanda"), 401)
