"""What the governance service says of a cookie, a token and an action, and what is made of answers that say nothing."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from pipelines.web.sessions import (
    SESSION_COOKIE,
    Account,
    Action,
    ActionRefusedError,
    GovernanceSessions,
    GovernanceSilentError,
)

ANA = {"login": "ana", "roles": ["analyst"], "good_for_seconds": 5}
OWN_TOKEN = "of-dagster"
Answers = Callable[[httpx.Request], httpx.Response]


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def asking(answers: Answers, clock: Clock | None = None) -> GovernanceSessions:
    transport = httpx.MockTransport(answers)
    return GovernanceSessions(url="http://127.0.0.1", token=OWN_TOKEN, transport=transport, clock=clock or Clock())


def always(status: int, body: Any = None, *, text: str = "") -> GovernanceSessions:
    return asking(
        lambda _: httpx.Response(status, json=body) if body is not None else httpx.Response(status, text=text)
    )


def launch(sessions: GovernanceSessions) -> None:
    account = Account("ana", frozenset({"analyst"}), "of-ana")
    sessions.record(account, Action.LAUNCH, "run", project_ids=[3], facts={})


def test_a_cookie_goes_as_a_cookie_and_a_token_as_a_token() -> None:
    seen: list[tuple[str | None, str | None]] = []

    def answers(request: httpx.Request) -> httpx.Response:
        seen.append((request.headers.get("cookie"), request.headers.get("authorization")))
        return httpx.Response(200, json=ANA)

    sessions = asking(answers)
    account = sessions.find("of-ana", is_cookie=True)
    assert account is not None
    assert (account.login, account.roles, account.is_cookie) == ("ana", frozenset({"analyst"}), True)
    sessions.find("of-ana", is_cookie=False)
    assert seen == [(f"{SESSION_COOKIE}=of-ana", None), (None, "Bearer of-ana")]


def test_an_answer_is_kept_from_when_it_was_asked_for() -> None:
    clock, asked = Clock(), []

    def slowly(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        clock.now += 3
        return httpx.Response(200, json=ANA)

    sessions = asking(slowly, clock)
    sessions.find("of-ana", is_cookie=True)
    clock.now += 1.9
    sessions.find("of-ana", is_cookie=True)
    assert len(asked) == 1
    clock.now += 0.1
    sessions.find("of-ana", is_cookie=True)
    assert len(asked) == 2


@pytest.mark.parametrize("secret", ["a; b=c", "a\r\nCookie: b", "é", "a b", 'a"', "a,b", "a\\b", "\ud800"])
def test_what_can_be_no_cookie_of_ours_is_nobody_and_not_passed_on(secret: str) -> None:
    def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request)

    for is_cookie in (True, False):
        assert asking(never).find(secret, is_cookie=is_cookie) is None


def test_whom_the_service_refuses_is_nobody() -> None:
    for status in (401, 403):
        assert always(status, {"detail": "Sign in."}).find("of-ana", is_cookie=True) is None


@pytest.mark.parametrize(
    "sessions",
    [
        always(500),
        always(302),
        always(200, text="<html>a proxy's page</html>"),
        always(200, []),
        always(200, {"login": "ana"}),
        always(200, ANA | {"roles": None}),
        always(200, ANA | {"good_for_seconds": "soon"}),
    ],
)
def test_an_answer_that_names_no_account_is_none(sessions: GovernanceSessions) -> None:
    with pytest.raises(GovernanceSilentError, match=r"try again when it is well\.$"):
        sessions.find("of-ana", is_cookie=True)


def test_an_action_is_refused_with_the_services_own_words() -> None:
    launch(always(204))
    with pytest.raises(ActionRefusedError, match=r"^Ask an admin\.$"):
        launch(always(403, {"detail": "Ask an admin."}))
    with pytest.raises(ActionRefusedError, match="a proxy's page"):
        launch(always(404, text="<html>a proxy's page</html>"))


@pytest.mark.parametrize("status", [302, 500])
def test_an_action_that_was_not_written_down_is_not_done(status: int) -> None:
    with pytest.raises(GovernanceSilentError):
        launch(always(status))


def test_a_token_of_ours_that_is_refused_is_named_and_not_the_person_s() -> None:
    def knows(token: str) -> Answers:
        def answers(request: httpx.Request) -> httpx.Response:
            is_known = request.method == "GET" and request.headers["authorization"] == f"Bearer {token}"
            return httpx.Response(200, json=ANA) if is_known else httpx.Response(401, json={"detail": "Sign in again."})

        return answers

    with pytest.raises(GovernanceSilentError, match="TASK_MINING_DAGSTER_TOKEN"):
        launch(asking(knows("of another")))
    with pytest.raises(ActionRefusedError, match="Sign in again"):
        launch(asking(knows(OWN_TOKEN)))
