"""Sessions: listed and ended by their owner and by admins, and ended by time."""

from typing import Any

import pytest

from tests.governance_api.world import PASSWORD, Headers, World, sentence

NEW_PASSWORD = "giraffe lamp ocean violin"


def opened(world: World, login: str, *, password: str = PASSWORD, client: str = "a program/1.0") -> Headers:
    world.signed_in(login, "analyst")
    body = {"login": login, "password": password}
    answer = world.client.post("/tokens", json=body, headers={"User-Agent": client})
    return {"Authorization": f"Bearer {world.done(answer)['access_token']}"}


def sessions(world: World, headers: Headers, **parameters: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.done(world.client.get("/sessions", params=parameters, headers=headers))
    return found


def is_open(world: World, headers: Headers) -> bool:
    return world.client.get("/accounts/me", headers=headers).status_code == 200


def test_an_owner_sees_and_ends_their_own_sessions_only(world: World) -> None:
    own, other = opened(world, "ola", client="Firefox/140"), opened(world, "ola")
    foreign = opened(world, "oskar")
    listed = sessions(world, own)
    assert [each["is_current"] for each in listed] == [False, True, False]
    assert [each["client"] for each in listed][1:] == ["Firefox/140", "a program/1.0"]
    assert {each["kind"] for each in listed} == {"token"}
    assert {each["address"] for each in listed} == {"127.0.0.1"}
    assert "tm_" not in str(listed)
    of_foreign = sessions(world, foreign)[-1]["access_token_id"]
    sentence(world.client.delete(f"/sessions/{of_foreign}", headers=own), 404)
    assert world.client.delete(f"/sessions/{listed[-1]['access_token_id']}", headers=own).status_code == 204
    assert (is_open(world, own), is_open(world, other), is_open(world, foreign)) == (True, False, True)
    assert world.client.delete("/sessions/others", headers=own).status_code == 204
    assert [each["is_current"] for each in sessions(world, own)] == [True]


def test_an_admin_sees_and_ends_those_of_anybody(world: World) -> None:
    headers = opened(world, "petra")
    listed = sessions(world, world.admin, login="PETRA")
    assert world.client.delete(f"/sessions/{listed[-1]['access_token_id']}", headers=world.admin).status_code == 204
    assert not is_open(world, headers)
    sentence(world.client.get("/sessions", params={"login": "admin"}, headers=opened(world, "petra")), 403)
    sentence(world.client.get("/sessions", params={"login": "nobody"}, headers=world.admin), 404)


def test_a_new_password_ends_all_other_sessions_and_needs_the_present_one(world: World) -> None:
    own, other = opened(world, "paula"), opened(world, "paula")

    def change(current: str, new: str) -> Any:
        body = {"current_password": current, "new_password": new}
        return world.client.put("/accounts/me/password", json=body, headers=own)

    assert "does not fit" in sentence(change("wrong", NEW_PASSWORD), 403)
    assert "too short" in sentence(change(PASSWORD, "short"), 422)
    assert "guessed first" in sentence(change(PASSWORD, "password1234"), 422)
    assert is_open(world, other)
    assert change(PASSWORD, NEW_PASSWORD).status_code == 204
    assert (is_open(world, own), is_open(world, other)) == (True, False)
    sentence(world.client.post("/tokens", json={"login": "paula", "password": PASSWORD}), 401)
    opened(world, "paula", password=NEW_PASSWORD)


def test_guesses_at_the_present_password_are_slowed_down(world: World) -> None:
    headers = opened(world, "stolen")
    body = {"current_password": "guess", "new_password": NEW_PASSWORD}
    answers = [world.client.put("/accounts/me/password", json=body, headers=headers) for _ in range(6)]
    assert [each.status_code for each in answers] == [403] * 5 + [429]


@pytest.mark.parametrize(("name", "value", "minutes"), [("idle_minutes", 30, 30), ("session_hours", 1, 60)])
def test_a_session_ends_when_it_is_idle_and_when_it_is_old(world: World, name: str, value: int, minutes: int) -> None:
    path = f"/configuration/sign_in/{name}"
    record = world.done(world.client.get(path, headers=world.admin))
    world.done(world.client.put(path, json={"value": value}, headers=world.admin))
    began, used = world.clock.instant, opened(world, "tina")
    unused = opened(world, "tina")
    for _ in range((minutes - 1) // 20):
        world.clock.pass_by(minutes=20)
        assert is_open(world, used)
    world.clock.instant = began
    world.clock.pass_by(minutes=minutes - 1)
    assert len(sessions(world, used)) >= 2
    world.clock.pass_by(minutes=1)
    assert not is_open(world, unused)
    assert is_open(world, used) is (name == "idle_minutes")
    world.clock.instant = began
    world.done(world.client.put(path, json={"value": record["value"]}, headers=world.admin))


def test_a_service_neither_idles_nor_ages(world: World) -> None:
    began = world.clock.instant
    world.clock.pass_by(days=400)
    listed = sessions(world, world.tokens["pipelines"])
    assert [(each["kind"], each["expires_at"]) for each in listed] == [("service", None)]
    world.clock.instant = began


def test_another_server_asks_who_a_session_is(world: World) -> None:
    answer = world.done(world.client.get("/sessions/current", headers=opened(world, "dora")))
    assert (answer["login"], answer["roles"]) == ("dora", ["analyst"])
    assert 0 < answer["good_for_seconds"] <= 10
    sentence(world.client.get("/sessions/current", headers={"Cookie": "task_mining_session=nonsense"}), 401)
    token = opened(world, "dora")["Authorization"].removeprefix("Bearer ")
    sentence(world.client.get("/sessions/current", headers={"Cookie": f"task_mining_session={token}"}), 401)
