"""Signing in: the right password only, for some hours, and not by guessing."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from governance_api.accounts.tables import Account
from governance_api.security.secrets_at_rest import token_hash
from governance_api.tokens.tables import AccessToken
from governance_api.tokens.throttle import Limits
from tests.governance_api.world import PASSWORD, World, sentence


def test_passwords_and_tokens_are_stored_as_digests_only(world: World) -> None:
    token = world.analyst()["Authorization"].removeprefix("Bearer ")
    with Session(world.engine) as session:
        stored = session.scalar(select(Account.password_hash).where(Account.login == "ana"))
        assert stored is not None
        assert stored.startswith("$argon2id$")
        assert session.scalar(select(AccessToken).where(AccessToken.token_hash == token_hash(token)))
        rows = session.execute(text("select string_agg(t::text, ' ') from governance.access_tokens as t")).scalar()
        assert token not in str(rows)


def test_a_login_is_the_same_however_it_is_written(world: World) -> None:
    world.analyst()
    assert world.client.post("/tokens", json={"login": "ANA", "password": PASSWORD}).status_code == 200


def test_a_wrong_password_and_an_unknown_login_are_told_apart_by_nobody(world: World) -> None:
    world.analyst()
    wrong = world.client.post("/tokens", json={"login": "ana", "password": "wrong"})
    unknown = world.client.post("/tokens", json={"login": "nobody", "password": "wrong"})
    assert sentence(wrong, 401) == sentence(unknown, 401)
    assert wrong.json() == unknown.json()


def test_guessing_is_slowed_down_for_known_and_unknown_logins_alike(world: World) -> None:
    world.signed_in("guessed", "analyst")
    for login in ("guessed", "never-registered"):
        for _ in range(Limits().per_account_and_address):
            sentence(world.client.post("/tokens", json={"login": login, "password": "guess"}), 401)
        slowed = world.client.post("/tokens", json={"login": login.upper(), "password": PASSWORD})
        assert "wait" in sentence(slowed, 429)
        assert 0 < int(slowed.headers["retry-after"]) <= 900
    world.clock.pass_by(minutes=15, seconds=1)
    assert world.client.post("/tokens", json={"login": "guessed", "password": PASSWORD}).status_code == 200


def test_a_right_password_forgets_the_failures_before_it(world: World) -> None:
    world.signed_in("clumsy", "analyst")
    for _ in range(3):
        for _ in range(Limits().per_account_and_address - 1):
            sentence(world.client.post("/tokens", json={"login": "clumsy", "password": "typo"}), 401)
        assert world.client.post("/tokens", json={"login": "clumsy", "password": PASSWORD}).status_code == 200


def test_a_token_expires_and_signing_out_ends_it_at_once(world: World) -> None:
    headers = world.signed_in("brief", "analyst")
    assert world.client.get("/accounts/me", headers=headers).json()["login"] == "brief"
    assert world.client.delete("/tokens/current", headers=headers).status_code == 204
    assert "sign in again" in sentence(world.client.get("/accounts/me", headers=headers), 401)
    token = world.client.post("/tokens", json={"login": "brief", "password": PASSWORD}).json()["access_token"]
    before = replace(world.clock)
    world.clock.pass_by(hours=12, seconds=1)
    sentence(world.client.get("/accounts/me", headers={"Authorization": f"Bearer {token}"}), 401)
    world.clock.instant = before.instant


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Token x"])
def test_anything_but_a_bearer_token_is_nobody(world: World, header: str) -> None:
    sentence(world.client.get("/accounts/me", headers={"Authorization": header}), 401)
