"""Whoever shows what is not theirs is in the audit log, with the account only where one was named."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from governance_api.audit.refusals.counter import MAX_WAITING, FailureCounter
from governance_api.errors import WayIn
from governance_api.security.permissions import SESSION_COOKIE
from governance_api.security.secrets_at_rest import token_hash
from governance_api.sessions import build_sessions
from governance_api.tokens.errors import SignInRefusedError
from tests.fakes.desktop import wait_for
from tests.governance_api.world import PASSWORD, Headers, MovableClock, World, browser_session, sentence


@pytest.fixture(autouse=True)
def later(world: World) -> None:
    """Another hour than that of the test before; the sessions that tests share do not end by it."""
    world.clock.pass_by(hours=2)
    with world.engine.begin() as connection:
        connection.execute(text("update governance.access_tokens set expires_at = '2026-01-01', last_used_at = now()"))


def refused(world: World) -> list[dict[str, Any]]:
    found = world.done(world.client.get("/audit-entries?tag=sign_in:refused&limit=1000", headers=world.admin))
    now = world.clock.instant.isoformat().replace("+00:00", "")
    return [each for each in found if each["occurred_at"].startswith(now)]


def one_refused(world: World) -> dict[str, Any]:
    wait_for(lambda: refused(world))
    (entry,) = refused(world)
    return entry


def told_ways(world: World) -> set[str]:
    return {each["facts"]["way_in"] for each in refused(world)}


def bearer(prefix: str) -> Headers:
    return {"Authorization": f"Bearer {prefix}_{uuid4().hex}"}


def account_id(world: World, headers: Headers) -> str:
    return str(world.done(world.client.get("/accounts/me", headers=headers))["account_id"])


def by_password(world: World) -> Any:
    return world.client.post("/tokens", json={"login": "nobody", "password": "wrong"})


def by_token(world: World) -> Any:
    return world.client.get("/accounts", headers=bearer("tm_account"))


def by_cookie(world: World) -> Any:
    return world.client.get("/sessions/current", headers={"Cookie": "task_mining_session=made-up"})


def by_agent_token(world: World) -> Any:
    return world.client.get("/agent/policy", headers=bearer("tm_agent"))


def by_a_delivery(world: World) -> Any:
    return world.client.post("/agent/event-batches", headers=bearer("tm_agent"))


def by_registration_key(world: World) -> Any:
    return world.enrol("tm_key_made_up", "wanda")


WAYS: dict[Callable[[World], Any], str] = {
    by_password: "password",
    by_token: "token",
    by_cookie: "browser_session",
    by_agent_token: "agent_token",
    by_a_delivery: "agent_token",
    by_registration_key: "registration_key",
}


@pytest.mark.parametrize("attempt", WAYS)
def test_every_way_in_that_was_refused_is_told(world: World, attempt: Callable[[World], Any]) -> None:
    assert attempt(world).status_code == 401
    entry = one_refused(world)
    assert (entry["noun_id"], entry["account_id"], entry["agent_id"]) == ("unknown", None, None)
    assert (entry["facts"]["way_in"], entry["facts"]["count"]) == (WAYS[attempt], 1)
    assert entry["facts"]["address"] == "127.0.0.0/24"


def test_a_page_whose_cookie_is_nobodys_is_told_of_too(world: World) -> None:
    world.client.get("/pages/account", headers={"Cookie": "task_mining_session=made-up"})
    assert one_refused(world)["facts"]["way_in"] == "browser_session"


def test_an_account_is_named_and_what_was_typed_is_not_kept(world: World) -> None:
    ana = account_id(world, world.analyst())
    sentence(world.client.post("/tokens", json={"login": "Ana", "password": "my-secret-1"}), 401)
    assert one_refused(world)["noun_id"] == ana
    world.clock.pass_by(hours=2)
    sentence(world.client.post("/tokens", json={"login": "my-secret-2", "password": "ana"}), 401)
    assert one_refused(world)["noun_id"] == "unknown"
    with world.engine.connect() as connection:
        kept = connection.execute(text("select string_agg(facts::text || noun_id, ' ') from governance.audit_entries"))
        assert "my-secret" not in str(kept.scalar())


def test_guesses_that_were_held_back_are_counted_and_told_after_the_hour(world: World) -> None:
    mona = account_id(world, world.signed_in("mona", "manager"))
    answers = [world.client.post("/tokens", json={"login": "mona", "password": "guess"}) for _ in range(9)]
    assert [each.status_code for each in answers] == [401] * 5 + [429] * 4

    def counts(way_in: str) -> int:
        found = world.done(world.client.get("/audit-entries?tag=sign_in:refused&limit=1000", headers=world.admin))
        of_mona = (each["facts"] for each in found if each["noun_id"] == mona)
        return sum(each["count"] for each in of_mona if each["way_in"] == way_in)

    wait_for(lambda: world.engine.connect().execute(_COUNTED, {"account": mona}).scalar() == 9)
    world.clock.pass_by(hours=1)
    sentence(by_token(world), 401)
    wait_for(lambda: (counts("password"), counts("held_back")) == (5, 4))
    wait_for(lambda: "token" in told_ways(world))


_END = text("update governance.access_tokens set expires_at = '2025-11-03' where token_hash = :token_hash")
_COUNTED = text("select sum(failed_count) from governance.failed_sign_ins where account = :account")


def test_a_session_that_has_ended_and_a_visit_without_one_are_no_failed_sign_ins(world: World) -> None:
    world.signed_in("tina", "analyst")
    answer = world.done(world.client.post("/tokens", json={"login": "tina", "password": PASSWORD}))
    ended = {"Authorization": f"Bearer {answer['access_token']}"}
    with world.engine.begin() as connection:
        connection.execute(_END, {"token_hash": token_hash(answer["access_token"])})
    sentence(world.client.get("/accounts/me", headers=ended), 401)
    sentence(world.client.get("/accounts"), 401)
    world.client.get("/pages/account")
    sentence(by_registration_key(world), 401)
    wait_for(lambda: "registration_key" in told_ways(world))
    assert not {"token", "browser_session"} & told_ways(
        world
    )  # the rest of an hour before may be told by the same writing


@pytest.mark.parametrize(("detail", "told"), [("whole", "127.0.0.1"), ("none", "")])
def test_the_configuration_says_how_much_of_an_address_is_kept(world: World, detail: str, told: str) -> None:
    path = "/configuration/sign_in/address_in_audit_log"
    before = world.done(world.client.get(path, headers=world.admin))["value"]
    world.done(world.client.put(path, json={"value": detail}, headers=world.admin))
    sentence(by_password(world), 401)
    assert one_refused(world)["facts"]["address"] == told
    issued = world.done(world.client.post("/tokens", json={"login": "admin", "password": PASSWORD}))
    assert issued
    found = world.done(world.client.get("/audit-entries?tag=token:issued&limit=1000", headers=world.admin))
    assert found[-1]["facts"]["address"] == told
    world.done(world.client.put(path, json={"value": before}, headers=world.admin))


def test_accounts_of_workstations_that_a_key_is_not_for_do_not_fill_the_log(world: World) -> None:
    world.person("wanda")
    key = world.registration_key("wanda", max_uses=1)
    for number in range(22):
        sentence(world.enrol(key, f"guess-{number}"), 403)
    path = "/audit-entries?tag=agent:enrolment_refused&limit=1000"
    assert len(world.done(world.client.get(path, headers=world.admin))) == 20
    wait_for(lambda: refused(world))
    assert refused(world)[0]["facts"]["way_in"] == "workstation_account"


def test_a_session_that_somebody_ended_is_no_failed_sign_in_and_one_made_up_is(world: World) -> None:
    world.signed_in("toni", "analyst")
    tokens = [world.done(world.client.post("/tokens", json={"login": "toni", "password": PASSWORD})) for _ in range(2)]
    kept, ended = ({"Authorization": f"Bearer {each['access_token']}"} for each in tokens)
    cookie = {"Cookie": f"{SESSION_COOKIE}={browser_session(world, 'toni')}"}
    assert world.client.delete("/sessions/others", headers=kept).status_code == 204
    sentence(world.client.get("/accounts/me", headers=ended), 401)
    sentence(world.client.get("/sessions/current", headers=cookie), 401)
    assert world.client.delete("/tokens/current", headers=kept).status_code == 204
    sentence(world.client.get("/accounts/me", headers=kept), 401)
    sentence(by_registration_key(world), 401)
    wait_for(lambda: "registration_key" in told_ways(world))
    assert not {"token", "browser_session"} & told_ways(world)
    sentence(by_token(world), 401)
    wait_for(lambda: "token" in told_ways(world))


FAULTS = (OperationalError("the database", None, RuntimeError("is down")), ValueError("no address"))


@pytest.mark.parametrize("fault", FAULTS, ids=["database", "unforeseen"])
def test_what_cannot_be_written_is_kept_and_bounded(
    engine: Engine, app: FastAPI, clock: MovableClock, fault: Exception
) -> None:
    has_failed, is_down = threading.Event(), True

    def address_rule(_: Session) -> Callable[[str], str]:
        if is_down:
            has_failed.set()
            raise fault
        return str

    clock.pass_by(hours=2)
    counter = FailureCounter(build_sessions(engine), address_rule=address_rule, clock=clock)
    counter.start()
    for number in range(MAX_WAITING + 10):
        counter.note(SignInRefusedError(number), "192.0.2.1")
    assert has_failed.wait(30)
    for number in range(2 * MAX_WAITING):
        counter.note(SignInRefusedError(number), "192.0.2.2")
    has_failed.clear()
    assert has_failed.wait(30)
    assert len(counter._waiting) <= MAX_WAITING + len(WayIn)
    is_down = False
    counter.stop()
    statement = text("select sum(failed_count) from governance.failed_sign_ins where way_in = :way_in")
    with engine.connect() as connection:
        assert connection.execute(statement, {"way_in": WayIn.PASSWORD}).scalar() == 3 * MAX_WAITING + 10


def test_what_is_never_written_is_told_of_at_the_end(
    engine: Engine, app: FastAPI, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    def address_rule(_: Session) -> Callable[[str], str]:
        raise ValueError("never")

    counter = FailureCounter(build_sessions(engine), address_rule=address_rule, clock=clock)
    counter.start()
    counter.note(SignInRefusedError(1), "192.0.2.1")
    counter.stop()
    assert "1 failed sign-ins are in no audit log" in caplog.text
