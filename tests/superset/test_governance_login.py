"""One login: what the governance API says about somebody, and what Superset makes of it.

Runs `superset/governance_login.py` against a real local server; it needs nothing of Superset's environment.
"""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pipelines.dashboards.bundle import identities
from tests.superset.loading import loaded

login = loaded("governance_login")


class GovernanceOfTwo(BaseHTTPRequestHandler):
    """Stella, a stakeholder with 1,500 projects, and Greta, a guardian; both with the password `right`."""

    roles = {"stella": ["stakeholder"], "greta": ["guardian"]}  # noqa: RUF012

    heard: dict[str, str | None] = {}  # noqa: RUF012

    def do_POST(self) -> None:
        self.heard.update({name: self.headers[name] for name in ("Authorization", "X-Forwarded-For")})
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        good = body["login"] in self.roles and body["password"] == "right"
        self._say(200 if good else 401, {"access_token": body["login"]})

    def do_GET(self) -> None:
        who = self.headers["Authorization"].removeprefix("Bearer ")
        address = urlsplit(self.path)
        if who not in self.roles:
            self._say(401, {})
        elif address.path == "/accounts/me":
            self._say(200, {"login": who, "display_name": who.title(), "roles": self.roles[who]})
        elif who == "stella":
            asked = {name: int(value) for name, [value] in parse_qs(address.query).items()}
            numbers = [number for number in range(1, 1501) if number > asked["after"]][: asked["limit"]]
            self._say(200, [{"project_id": number} for number in numbers])
        else:
            self._say(403, {})

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def _say(self, status: int, body: object) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), GovernanceOfTwo)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def signed_in(url: str, name: str, password: str) -> str | None:
    token: str | None = login.issue_token(url, name, password, service_token="of-superset", address="192.0.2.7")
    return token


def test_whoever_signs_in_is_counted_at_their_own_address(url: str) -> None:
    signed_in(url, "stella", "right")
    assert GovernanceOfTwo.heard == {"Authorization": "Bearer of-superset", "X-Forwarded-For": "192.0.2.7"}


def test_a_stakeholder_gets_the_viewer_role_and_a_role_per_shared_project(url: str) -> None:
    account = login.describe_account(url, signed_in(url, "stella", "right"))
    assert account.display_name == "Stella"
    assert len(account.project_ids) == 1500
    assert login.superset_roles(account)[:3] == ["Dashboard viewer", "Project 1", "Project 2"]


def test_a_guardian_sees_no_dashboards(url: str) -> None:
    account = login.describe_account(url, signed_in(url, "greta", "right"))
    assert login.superset_roles(account) == []


def test_a_wrong_password_gets_no_token(url: str) -> None:
    assert signed_in(url, "stella", "wrong") is None


def test_a_token_that_is_no_longer_good_describes_nobody(url: str) -> None:
    assert login.describe_account(url, "expired") is None


def test_nobody_comes_in_while_the_governance_api_is_down() -> None:
    assert signed_in("http://127.0.0.1:9", "stella", "right") is None
    with pytest.raises(login.GovernanceUnreachableError):
        login.describe_account("http://127.0.0.1:9", "stella")


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
    account = login.GovernanceAccount(login="x", display_name="X", roles=frozenset(roles), project_ids=(4,))
    assert login.superset_roles(account) == expected


def test_both_environments_call_the_roles_the_same() -> None:
    assert login.VIEWER_ROLE == identities.VIEWER_ROLE
    assert login.project_role(7) == identities.project_role(7)
