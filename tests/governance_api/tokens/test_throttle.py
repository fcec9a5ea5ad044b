"""Guessing is slowed down, and nobody else is shut out by it."""

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance_api.accounts.tables import Account
from governance_api.tokens import throttle
from governance_api.tokens.tables import KnownAddress, SignInFailure
from governance_api.tokens.throttle import WINDOW, Limits
from tests.governance_api.world import PASSWORD, World, sentence

HERE, ELSEWHERE = Limits().per_account_and_address, Limits().per_account


@pytest.fixture(autouse=True)
def later(world: World) -> None:
    """No failures of the test before."""
    world.clock.pass_by(seconds=WINDOW.total_seconds() + 1)


def attempt(world: World, login: str, password: str = "guess", *, address: str | None = None) -> httpx.Response:
    """From this machine, or as Superset passes on somebody's attempt from elsewhere."""
    headers = {**world.tokens["superset"], "X-Forwarded-For": address} if address else {}
    return world.client.post("/tokens", json={"login": login, "password": password}, headers=headers)


def test_guesses_at_a_service_do_not_shut_it_out(world: World) -> None:
    for _ in range(HERE):
        sentence(attempt(world, "pipelines"), 401)
    sentence(attempt(world, "pipelines"), 429)
    assert world.client.get("/accounts/me", headers=world.tokens["pipelines"]).json()["login"] == "pipelines"


def test_failures_of_a_stranger_do_not_shut_out_others_at_the_same_address(world: World) -> None:
    world.signed_in("ana", "analyst")
    for number in range(101):
        sentence(attempt(world, f"nobody-{number}"), 401)
    assert attempt(world, "ana", PASSWORD).status_code == 200
    world.signed_in("newcomer", "analyst")


def test_each_person_behind_superset_has_a_count_of_their_own(world: World) -> None:
    world.signed_in("stella", "stakeholder")
    for _ in range(HERE):
        sentence(attempt(world, "stella", address="192.0.2.66"), 401)
    sentence(attempt(world, "stella", PASSWORD, address="192.0.2.66"), 429)
    assert attempt(world, "stella", PASSWORD, address="192.0.2.7").status_code == 200


def test_guesses_from_everywhere_shut_out_strange_addresses_only(world: World) -> None:
    world.signed_in("mona", "manager")
    assert attempt(world, "mona", PASSWORD, address="198.51.100.1").status_code == 200
    for number in range(ELSEWHERE):
        sentence(attempt(world, "mona", address=f"192.0.2.{number}"), 401)
    sentence(attempt(world, "mona", PASSWORD, address="192.0.2.200"), 429)
    assert attempt(world, "mona", PASSWORD).status_code == 200
    assert attempt(world, "mona", PASSWORD, address="198.51.100.1").status_code == 200


def test_only_superset_is_believed_about_addresses(world: World) -> None:
    world.signed_in("sam", "manager")
    for number in range(HERE):
        headers = {**(world.analyst() if number % 2 else {}), "X-Forwarded-For": f"192.0.2.{number}"}
        body = {"login": "sam", "password": "guess"}
        sentence(world.client.post("/tokens", json=body, headers=headers), 401)
    sentence(attempt(world, "sam", PASSWORD), 429)
    nonsense = {"Authorization": "Bearer nonsense", "X-Forwarded-For": "192.0.2.9"}
    body = {"login": "sam", "password": PASSWORD}
    sentence(world.client.post("/tokens", json=body, headers=nonsense), 401)


def test_what_is_remembered_stays_small(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "KNOWN_ADDRESSES", 3)
    world.signed_in("roaming", "manager")
    for number in range(5):
        world.clock.pass_by(seconds=1)
        assert attempt(world, "roaming", PASSWORD, address=f"203.0.113.{number}").status_code == 200
    sentence(attempt(world, "roaming", address="192.0.2.1"), 401)
    with Session(world.engine) as session:
        of_one = select(KnownAddress.address).join(Account).where(Account.login == "roaming")
        assert set(session.scalars(of_one)) == {f"203.0.113.{number}" for number in (2, 3, 4)}
        assert session.scalar(select(func.count()).select_from(SignInFailure)) == 1
