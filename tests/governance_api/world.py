"""Builders: a small organisation that talks to the service over HTTP, as anybody would."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import Engine

from governance_api.security.permissions import SESSION_COOKIE

PASSWORD = "correct horse battery"
Headers = dict[str, str]


@dataclass
class MovableClock:
    """Begins on a Monday morning and stands still until moved."""

    instant: datetime = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.instant

    def pass_by(self, **duration: float) -> None:
        self.instant += timedelta(**duration)


@dataclass
class World:
    """What everybody does over HTTP; `admin` is there from the start."""

    client: httpx.Client
    clock: MovableClock
    engine: Engine
    admin: Headers
    tokens: dict[str, Headers] = field(default_factory=dict)

    def signed_in(self, login: str, *roles: str, **fields: Any) -> Headers:
        """The headers of an account, which is created and signed in on first use."""
        if login not in self.tokens:
            body = {"login": login, "display_name": login.title(), "password": PASSWORD, "roles": list(roles), **fields}
            self.done(self.client.post("/accounts", json=body, headers=self.admin))
            answer = self.client.post("/tokens", json={"login": login, "password": PASSWORD})
            self.tokens[login] = {"Authorization": f"Bearer {self.done(answer)['access_token']}"}
        return self.tokens[login]

    def manager(self, login: str = "mia") -> Headers:
        return self.signed_in(login, "manager")

    def analyst(self, login: str = "ana") -> Headers:
        return self.signed_in(login, "analyst")

    def person(self, login: str, *, manager: str = "mia", time_zone: str = "Europe/Berlin") -> int:
        """Registers a workstation user; returns the id."""
        self.manager(manager)
        body = {"login": login, "display_name": login.title(), "time_zone": time_zone, "manager_login": manager}
        answer = self.client.post("/workstation-users", json=body, headers=self.admin)
        return int(self.done(answer)["workstation_user_id"])

    def project(self, name: str, *logins: str, by: Headers | None = None, **fields: Any) -> dict[str, Any]:
        body = {
            "name": name,
            "starts_on": "2025-11-03",
            "ends_on": "2025-11-14",
            "goals": ["overall_activity"],
            "workstation_user_logins": list(logins),
            **fields,
        }
        made: dict[str, Any] = self.done(self.client.post("/projects", json=body, headers=by or self.analyst()))
        return made

    def request(self, *logins: str, by: Headers | None = None, **fields: Any) -> dict[str, Any]:
        """Files a data request about these people."""
        body: dict[str, Any] = {"name": "Where time goes", "purpose": "Find out what slows us down", **fields}
        if "project_id" not in fields:
            body = {"starts_on": "2025-11-03", "ends_on": "2025-11-14", **body}
        if logins:
            body["workstation_user_logins"] = list(logins)
        filed: dict[str, Any] = self.done(self.client.post("/data-requests", json=body, headers=by or self.analyst()))
        return filed

    def approved(self, login: str, *, manager: str = "mia") -> int:
        """A request about one registered person, approved; returns the approval's id."""
        approval_id = int(self.request(login)["approvals"][0]["approval_id"])
        self.done(self.client.post(f"/approvals/{approval_id}/approve", headers=self.manager(manager)))
        return approval_id

    def registration_key(self, *logins: str, **fields: Any) -> str:
        """Made by the admin, for these people unless `fields` name a team."""
        body = {"name": "test", **({"workstation_user_logins": list(logins)} if logins else {}), **fields}
        made = self.client.post("/agent-registration-keys", json=body, headers=self.admin)
        return str(self.done(made)["registration_key"])

    def enrol(self, key: str, login: str, *, host: str = "desk-1", **account: str) -> httpx.Response:
        """An attempt from the operating system's account of that name."""
        body = {
            "registration_key": key,
            "account": {"login": login, "identifier": "1000", **account},
            "host": host,
            "agent_version": "1.0",
            "capabilities": {"elements": True},
        }
        return self.client.post("/agents/enrol", json=body)

    def agent(self, login: str, *, host: str = "desk-1") -> Headers:
        """The headers of an enrolled agent of a registered person, confirmed where it is not the first."""
        enrolled = self.done(self.enrol(self.registration_key(login), login, host=host))
        if enrolled["stage"] == "requested":
            self.done(self.client.post(f"/agents/{enrolled['agent_id']}/confirm", headers=self.admin))
        return {"Authorization": f"Bearer {enrolled['agent_token']}"}

    @staticmethod
    def done(answer: Any) -> Any:
        assert answer.is_success, answer.text
        return answer.json() if answer.content else {}


def sentence(answer: Any, status: int) -> str:
    """The one sentence of a problem, after checking that it is a proper one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"].startswith("urn:task-mining:problem:")
    detail = problem["detail"]
    assert detail.endswith("."), detail
    assert ":" in detail or ";" in detail, f"no remedy in {detail!r}"
    return str(detail)


def browser_session(world: World, login: str) -> str:
    """The cookie of a browser on which somebody signed in."""
    form = world.client.get("/pages/login")
    secret = form.text.split('name="form_secret" value="')[1].split('"')[0]
    origin = str(world.client.base_url).rstrip("/")
    data = {"login": login, "password": PASSWORD, "form_secret": secret}
    answer = world.client.post("/pages/login", data=data, headers={"Origin": origin})
    cookie = str(answer.cookies[SESSION_COOKIE])
    world.client.cookies.clear()
    return cookie
