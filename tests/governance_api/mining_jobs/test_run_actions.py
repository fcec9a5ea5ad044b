"""What people do in Dagster: who may is decided here, and it is in the audit log under their name before it is done."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from pipelines.web.sessions import Account, Action, ActionRefusedError, GovernanceSessions
from tests.governance_api.conftest import SERVICE_TOKENS
from tests.governance_api.world import World, browser_session, sentence

BODY = {"action": "launch", "subject": "run-1", "project_ids": [], "facts": {}}


def token_of(world: World, login: str, *roles: str) -> str:
    headers = world.admin if login == "admin" else world.signed_in(login, *roles)
    return headers["Authorization"].removeprefix("Bearer ")


@pytest.fixture(scope="module")
def sessions(world: World) -> Iterator[GovernanceSessions]:
    """As the web server of Dagster asks."""
    with closing(GovernanceSessions(url=str(world.client.base_url), token=SERVICE_TOKENS["dagster"])) as sessions:
        yield sessions


@pytest.fixture(scope="module")
def project_id(world: World) -> int:
    world.person("wanda")
    return int(world.project("Service operations", "wanda")["project_id"])


def entries(world: World, subject: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Tag, login and facts, the oldest first."""
    found = world.done(world.client.get("/audit-entries", params={"limit": 500}, headers=world.admin))
    accounts = world.done(world.client.get("/accounts", params={"limit": 500}, headers=world.admin))
    logins = {each["account_id"]: each["login"] for each in accounts}
    about = sorted((each for each in found if each["noun_id"] == subject), key=lambda each: each["audit_entry_id"])
    return [(each["tag"], logins[each["account_id"]], each["facts"]) for each in about]


def recognised(sessions: GovernanceSessions, secret: str, *, is_cookie: bool = False) -> Account:
    account = sessions.find(secret, is_cookie=is_cookie)
    assert account is not None
    return account


def test_a_session_is_recognised_by_cookie_and_by_token(world: World, sessions: GovernanceSessions) -> None:
    world.analyst()
    cookie = browser_session(world, "ana")
    account = recognised(sessions, cookie, is_cookie=True)
    assert (account.login, account.may_launch, account.is_admin) == ("ana", True, False)
    assert sessions.find(cookie, is_cookie=False) is None
    assert recognised(sessions, SERVICE_TOKENS["dagster"]).may_read
    for unknown in ("made up", "ünbekannt"):
        assert sessions.find(unknown, is_cookie=True) is None


def test_a_launch_is_an_entry_with_the_account(world: World, sessions: GovernanceSessions, project_id: int) -> None:
    ana = recognised(sessions, token_of(world, "ana", "analyst"))
    sessions.record(ana, Action.LAUNCH, "run-of-ana", project_ids=[project_id], facts={"job": "mine_project"})
    sessions.record(ana, Action.FAILURE, "run-of-ana", project_ids=[], facts={"error": "no place"})
    launched, failed = entries(world, "run-of-ana")
    assert launched[:2] == ("run:launched", "ana")
    assert launched[2]["facts"] == {"job": "mine_project"}
    assert failed[:2] == ("run_action:failed", "ana")


@pytest.mark.parametrize("action", [Action.LAUNCH, Action.TERMINATE, Action.CHANGE])
def test_runs_of_no_project_and_changes_are_for_admins(
    world: World, sessions: GovernanceSessions, action: Action
) -> None:
    for login, role in (("ana", "analyst"), ("pau", "power_user"), ("gus", "guardian")):
        account = recognised(sessions, token_of(world, login, role))
        with pytest.raises(ActionRefusedError, match="needs the role admin"):
            sessions.record(account, action, f"{action} of all", project_ids=[], facts={})
    assert not entries(world, f"{action} of all")
    admin = recognised(sessions, token_of(world, "admin"))
    sessions.record(admin, action, f"{action} of all", project_ids=[], facts={})
    assert [login for _, login, _ in entries(world, f"{action} of all")] == ["admin"]


def test_runs_of_a_project_are_for_those_who_may_have_it_mined(
    world: World, sessions: GovernanceSessions, project_id: int
) -> None:
    for login, role in (("otto", "analyst"), ("gus", "guardian"), ("sam", "stakeholder")):
        account = recognised(sessions, token_of(world, login, role))
        with pytest.raises(ActionRefusedError):
            sessions.record(account, Action.LAUNCH, "run-of-others", project_ids=[project_id], facts={})
    assert not entries(world, "run-of-others")


def test_only_dagster_tells_and_only_of_people(world: World) -> None:
    def told(by: str, secret: str) -> httpx.Response:
        return world.client.post("/run-actions", json=BODY | {"session_secret": secret}, headers=world.tokens[by])

    admin = token_of(world, "admin")
    sentence(told("pipelines", admin), 403)
    assert told("dagster", admin).status_code == 204
    for service in SERVICE_TOKENS.values():
        sentence(told("dagster", service), 401)
    world.client.delete("/tokens/current", headers={"Authorization": f"Bearer {token_of(world, 'ana', 'analyst')}"})
    sentence(told("dagster", token_of(world, "ana")), 401)


def test_a_secret_is_never_repeated_in_a_refusal(world: World) -> None:
    secret = "tm_browser_of_somebody" + "x" * 2_000
    for body in (BODY | {"session_secret": secret}, {"session_secret": secret[:500]}, BODY | {"session_secret": "no"}):
        answer = world.client.post("/run-actions", json=body, headers=world.tokens["dagster"])
        assert answer.status_code in (401, 422)
        assert "tm_browser_of_somebody" not in answer.text
