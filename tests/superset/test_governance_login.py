"""One login: what the governance API says about a cookie, and what Superset makes of it.

Runs `superset/governance_login.py` against a real local server; it needs nothing of Superset's environment.
"""

import json
from collections.abc import Iterator
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from pipelines.dashboards.bundle import identities
from tests.superset.loading import loaded

login = loaded("governance_login")


class Governance(BaseHTTPRequestHandler):
    """Knows the sessions that `open_now` names, and forgets those that Superset ends."""

    open_now: dict[str, dict[str, Any]] = {}  # noqa: RUF012
    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        cookie = SimpleCookie(self.headers["Cookie"]).get("task_mining_session")
        secret = cookie.value if cookie else str(self.headers["Authorization"]).removeprefix("Bearer ")
        self.asked.append(secret)
        known = self.open_now.get(secret)
        if secret == "breaks":
            self._say(500, {})
        elif secret == "talks":
            self._say(200, {"login": "stella"})
        elif known is None or self.path != "/sessions/current":
            self._say(401, {})
        else:
            self._say(200, {"access_token_id": 7, "display_name": "S", "good_for_seconds": 5, **known})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        is_superset = self.headers["Authorization"] == "Bearer of-superset" and self.path == "/sessions/end"
        if is_superset:
            self.open_now.pop(body["session_secret"], None)
        self._say(204 if is_superset else 401, None)

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def _say(self, status: int, body: object) -> None:
        text = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Governance)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(url: str, clock: Clock) -> Any:
    Governance.open_now = {"of-stella": {"login": "stella", "roles": ["stakeholder"]}}
    Governance.asked = []
    return login.GovernanceSessions(url, service_token="of-superset", clock=clock)


def test_a_cookie_is_whoever_signed_in_and_is_asked_for_again_after_seconds(sessions: Any, clock: Clock) -> None:
    assert sessions.find("of-stella", is_cookie=True).login == "stella"
    Governance.open_now.clear()
    clock.now += 4.9
    assert sessions.find("of-stella", is_cookie=True) is not None
    assert Governance.asked == ["of-stella"]
    clock.now += 0.1
    assert sessions.find("of-stella", is_cookie=True) is None


def test_an_unknown_or_ended_session_is_nobody(sessions: Any) -> None:
    assert sessions.find("forged", is_cookie=True) is None
    assert sessions.find("of-stella", is_cookie=False).login == "stella", "a token by its own header"


@pytest.mark.parametrize(
    "secret", ["", "a; task_mining_session=of-stella", "a\r\nCookie: b", "é", "\ud800", "a b", 'a"']
)
def test_what_can_be_no_cookie_of_ours_is_not_passed_on(sessions: Any, secret: str) -> None:
    assert sessions.find(secret, is_cookie=True) is None
    assert Governance.asked == [""] * (not secret)


def test_signing_out_ends_the_session_everywhere_at_once(sessions: Any) -> None:
    assert sessions.find("of-stella", is_cookie=True)
    sessions.end("of-stella")
    assert sessions.find("of-stella", is_cookie=True) is None


def test_without_an_answer_nobody_knows_who_it_is(sessions: Any, url: str) -> None:
    nowhere = login.GovernanceSessions("http://127.0.0.1:9", service_token="x")
    for silent, secret in ((nowhere, "of-stella"), (sessions, "breaks"), (sessions, "talks")):
        with pytest.raises(login.GovernanceUnreachableError):
            silent.find(secret, is_cookie=True)
    with pytest.raises(login.GovernanceUnreachableError):
        nowhere.end("of-stella")
    with pytest.raises(login.GovernanceUnreachableError):
        login.GovernanceSessions(url, service_token="of somebody else").end("of-stella")


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ({"admin"}, ["Admin"]),
        ({"admin", "stakeholder"}, ["Admin"]),
        ({"analyst"}, ["Dashboard viewer", "Project 4"]),
        ({"power_user", "manager"}, ["Dashboard viewer", "Project 4"]),
        ({"manager"}, []),
        ({"workstation_user"}, []),
        ({"pipelines"}, []),
        (set(), []),
    ],
)
def test_roles_of_governance_become_roles_of_superset(roles: set[str], expected: list[str]) -> None:
    account = login.GovernanceAccount(session_id=1, login="x", display_name="X", roles=frozenset(roles))
    assert login.superset_roles(account, [4]) == expected
    assert account.sees_dashboards is bool(expected)


def test_both_environments_call_the_roles_the_same() -> None:
    assert login.VIEWER_ROLE == identities.VIEWER_ROLE
    assert login.project_role(7) == identities.project_role(7)
