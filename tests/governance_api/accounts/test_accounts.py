"""Accounts: created and changed by admins, with roles that contain each other, and never without an admin."""

import pytest
from sqlalchemy import Engine

from governance_api.bootstrap import bootstrap
from governance_api.security.roles import Role, with_contained
from tests.governance_api.conftest import FIRST_SECRETS
from tests.governance_api.world import PASSWORD, World, sentence


def test_containment_is_strict() -> None:
    assert with_contained([Role.ADMIN]) >= with_contained([Role.POWER_USER]) >= with_contained([Role.ANALYST])
    assert with_contained([Role.ANALYST]) == {Role.ANALYST}
    assert Role.MANAGER not in with_contained([Role.ADMIN])
    assert with_contained([]) == frozenset()


def test_an_account_tells_its_own_roles(world: World) -> None:
    me = world.client.get("/accounts/me", headers=world.signed_in("both", "manager", "analyst")).json()
    assert me["roles"] == ["analyst", "manager"]
    assert "password" not in str(me)


def test_two_accounts_cannot_have_one_login(world: World) -> None:
    world.analyst()
    body = {"login": "Ana", "display_name": "Other", "password": PASSWORD}
    assert "taken" in sentence(world.client.post("/accounts", json=body, headers=world.admin), 409)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "short"}, "at least 12 characters"),
        ({"roles": ["king"]}, "roles"),
        ({"login": "  "}, "login"),
        ({"login": "x" * 129}, "login"),
        ({"workstation_user_login": "nobody"}, "no workstation user nobody"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_words(world: World, change: dict[str, object], words: str) -> None:
    body = {"login": "new", "display_name": "New", "password": PASSWORD, **change}
    answer = world.client.post("/accounts", json=body, headers=world.admin)
    assert words in sentence(answer, answer.status_code)
    assert answer.status_code in {404, 422}


def test_a_new_password_ends_what_the_old_one_began(world: World) -> None:
    headers = world.signed_in("forgetful", "analyst")
    me = world.client.get("/accounts/me", headers=headers).json()
    change = {"password": "another long password"}
    world.done(world.client.patch(f"/accounts/{me['account_id']}", json=change, headers=world.admin))
    sentence(world.client.get("/accounts/me", headers=headers), 401)
    sentence(world.client.post("/tokens", json={"login": "forgetful", "password": PASSWORD}), 401)


def test_a_closed_account_is_nobody(world: World) -> None:
    headers = world.signed_in("leaving", "analyst")
    me = world.client.get("/accounts/me", headers=headers).json()
    world.done(world.client.patch(f"/accounts/{me['account_id']}", json={"is_active": False}, headers=world.admin))
    sentence(world.client.get("/accounts/me", headers=headers), 401)
    sentence(world.client.post("/tokens", json={"login": "leaving", "password": PASSWORD}), 401)


def test_roles_are_replaced_and_take_effect_at_once(world: World) -> None:
    headers = world.signed_in("rising", "analyst")
    me = world.client.get("/accounts/me", headers=headers).json()
    assert world.client.get("/accounts", headers=headers).status_code == 403
    path = f"/accounts/{me['account_id']}/roles"
    world.done(world.client.put(path, json={"roles": ["admin"]}, headers=world.admin))
    assert world.client.get("/accounts", headers=headers).status_code == 200
    world.done(world.client.put(path, json={"roles": []}, headers=world.admin))
    assert world.client.get("/accounts", headers=headers).status_code == 403


def test_somebody_remains_admin(world: World) -> None:
    me = world.client.get("/accounts/me", headers=world.admin).json()
    path = f"/accounts/{me['account_id']}"
    assert "last active admin" in sentence(
        world.client.put(f"{path}/roles", json={"roles": ["analyst"]}, headers=world.admin), 409
    )
    sentence(world.client.patch(path, json={"is_active": False}, headers=world.admin), 409)


def test_bootstrap_changes_nothing_the_second_time_and_sets_what_the_environment_changed(
    engine: Engine, world: World
) -> None:
    assert {line.split(" is ")[-1] for line in bootstrap(engine, FIRST_SECRETS, now=world.clock())} == {
        "there already."
    }
    token = "tm_service_of_the_new_year_0123456789"
    changed = {**FIRST_SECRETS, "TASK_MINING_PIPELINES_TOKEN": token}
    assert "was given the token" in bootstrap(engine, changed, now=world.clock())[1]
    sentence(world.client.get("/accounts/me", headers=world.tokens["pipelines"]), 401)
    me = world.client.get("/accounts/me", headers={"Authorization": f"Bearer {token}"}).json()
    assert (me["login"], me["roles"]) == ("pipelines", ["pipelines"])
    with pytest.raises(ValueError, match="TASK_MINING_ADMIN_PASSWORD is not set"):
        bootstrap(engine, {}, now=world.clock())
    with pytest.raises(ValueError, match="TASK_MINING_PIPELINES_TOKEN is too short"):
        bootstrap(engine, {**FIRST_SECRETS, "TASK_MINING_PIPELINES_TOKEN": "short"}, now=world.clock())


def test_a_service_that_had_a_password_has_none_any_more(engine: Engine, world: World) -> None:
    found = world.done(world.client.get("/accounts", headers=world.admin))
    account_id = next(each["account_id"] for each in found if each["login"] == "superset")
    change = {"password": "another long password"}
    world.done(world.client.patch(f"/accounts/{account_id}", json=change, headers=world.admin))
    bootstrap(engine, FIRST_SECRETS, now=world.clock())
    sentence(world.client.post("/tokens", json={"login": "superset", **change}), 401)
