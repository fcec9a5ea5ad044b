"""Every list of the service: it has pages, and it asks the database as often for many rows as for few.

The routes are found in the app. A new list is covered as soon as `Organisation.grow` makes rows for it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event

from governance_api.security.permissions import SESSION_COOKIE
from governance_api.security.roles import Role
from tests.governance_api.world import PASSWORD, Headers, World, browser_session

ROWS = 3
#: What the threads are called in which requests are answered.
REQUESTS = "AnyIO worker thread"
#: So much of a statement names it; the rest grows with the values in it.
BEGINNING = 40
#: Lists that do not grow with use: as long as an enum or the fixed set of configuration records.
OF_FIXED_LENGTH = {"/roles", "/configuration", "/losses"}
PAGES = ("/pages/approvals", "/pages/decisions")
RULE = {
    "rank": 10,
    "condition": {"field": "url", "operator": "is", "value": "x"},
    "activity_kind": "productive",
    "category": "Mail",
}


class Organisation:
    """Rows of every kind, all of which `headers` may list: its account has every role and manages people."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.count = 0
        self.headers = world.signed_in("everybody", *(role.value for role in Role))
        self.cookie = {"Cookie": f"{SESSION_COOKIE}={browser_session(world, 'everybody')}"}
        project = world.project("Everything", by=self.headers)
        self.project = f"/projects/{project['project_id']}"
        self.post(f"{self.project}/open")
        self.logins: list[str] = []

    def post(self, path: str, body: object = None, *, by: Headers | None = None) -> Any:
        return self.world.done(self.world.client.post(path, json=body, headers=by or self.headers))

    def grow(self, count: int) -> None:
        """`count` more of everything, each with an account, a manager and people of its own."""
        for number in range(self.count, self.count + count):
            self._add(number)
        self.count += count
        body = {"workstation_user_logins": self.logins}
        self.world.done(self.world.client.patch(self.project, json=body, headers=self.headers))

    def _add(self, number: int) -> None:
        asking = self.world.signed_in(f"asking-{number}", "analyst", "power_user")
        for login, manager in ((f"ours-{number}", "everybody"), (f"other-{number}", f"manager-{number}")):
            self.world.signed_in(manager, "manager")
            self.world.person(login, manager=manager)
            self.world.agent(login)
            account = {"workstation_user_login": login, "account_login": f"account-of-{login}"}
            self.post("/workstation-accounts", account)
            self.logins.append(login)
        for name in ("Waiting", "Decided"):
            project = self.world.project(f"{name} {number}", f"ours-{number}", by=asking)
            request = self.world.request(by=asking, project_id=project["project_id"], on_behalf_of_login="admin")
            if name == "Decided":
                self.post(f"/approvals/{request['approvals'][0]['approval_id']}/approve")
        self.world.request(f"other-{number}", by=asking)
        self.world.project(f"Own {number}", by=self.headers)
        self.post(f"{self.project}/shares", {"login": f"asking-{number}", "permission": "view"})
        self.post(f"{self.project}/task-scopes", {"name": f"Task {number}", "kind": "user_initiated"})
        version = self.post("/rule-sets", {"rules": [RULE], "note": str(number)})["rule_set_version"]
        self.post(f"{self.project}/mining-jobs", {"rule_set_version": version})
        condition = {"field": "url", "operator": "is", "value": "x"}
        self.post("/event-filters", {"name": f"Filter {number}", "action": "exclude", "condition": condition})
        self.post("/tokens", {"login": "everybody", "password": PASSWORD})
        self.post("/purges", {"report": {"rows": number}}, by=self.world.tokens["pipelines"])


@pytest.fixture(scope="module")
def organisation(world: World) -> Organisation:
    return Organisation(world)


def list_paths(app: FastAPI) -> list[str]:
    """The routes that answer with a list, by the app's own documentation."""
    paths = app.openapi()["paths"].items()
    found = [path for path, methods in paths if _schema(methods.get("get", {})).get("type") == "array"]
    assert len(found) >= 18
    return found


def _schema(operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("responses", {}).get("200", {}).get("content", {})
    schema: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    return schema


@contextmanager
def counted_statements(engine: Engine) -> Iterator[list[str]]:
    """Every SQL statement that requests send while this is open, at least one; threads of the service's own ask now and
    then, too, and are not counted."""
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if threading.current_thread().name.startswith(REQUESTS):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert statements, f"No thread called {REQUESTS} sent any: nothing was counted."


def rows_of(organisation: Organisation, path: str, **parameters: int) -> list[dict[str, Any]]:
    url = path.replace("/projects/{project_id}", organisation.project)
    rows: list[dict[str, Any]] = organisation.world.done(
        organisation.world.client.get(url, params=parameters, headers=organisation.headers)
    )
    return rows


def page_of(organisation: Organisation, path: str) -> str:
    answer = organisation.world.client.get(path, headers=organisation.cookie)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def asked_for(organisation: Organisation, path: str) -> tuple[int, list[str]]:
    """How long the answer is (in rows; of a page, in cards) and the statements it took."""
    with counted_statements(organisation.world.engine) as statements:
        if path in PAGES:
            return page_of(organisation, path).count('<article class="card"'), statements
        return len(rows_of(organisation, path)), statements


def test_a_list_asks_the_database_as_often_for_many_rows_as_for_few(app: FastAPI, organisation: Organisation) -> None:
    paths = [*list_paths(app), *PAGES]
    organisation.grow(ROWS)
    few = {path: asked_for(organisation, path) for path in paths}
    organisation.grow(2 * ROWS)
    many = {path: asked_for(organisation, path) for path in paths}
    for path in paths:
        assert len(many[path][1]) == len(few[path][1]), (path, few[path][1], many[path][1])
        if path in OF_FIXED_LENGTH:
            assert many[path][0] == few[path][0], path
        else:
            assert many[path][0] >= few[path][0] + 2 * ROWS, f"Organisation.grow makes no rows for {path}"


def test_a_policy_a_request_and_an_import_ask_as_often_for_many_as_for_few(organisation: Organisation) -> None:
    world = organisation.world
    world.person("paul", manager="everybody")
    agent = world.agent("paul")
    world.agent("paul", host="laptop")

    def statements(assignments: int, people: int) -> list[str]:
        for _ in range(assignments):
            project = world.project(f"Of Paul {uuid4()}", "paul")
            organisation.post(f"/projects/{project['project_id']}/open", by=world.analyst())
            approval = world.request(project_id=project["project_id"])["approvals"][0]
            organisation.post(f"/approvals/{approval['approval_id']}/approve")
        with counted_statements(world.engine) as of_policy:
            policy = world.done(world.client.get("/agent/policy", headers=agent))
        assert len(policy["assignments"]) >= assignments
        with counted_statements(world.engine) as of_filing:
            filed = world.request(*organisation.logins[:people])
        assert len(filed["approvals"]) == people
        lines = [f"csv-{uuid4()},Somebody,Europe/Berlin,,manager-{number % ROWS}" for number in range(people)]
        with counted_statements(world.engine) as of_import:
            content = "\n".join(["login,display_name,time_zone,team,manager_login", *lines])
            headers = {**world.admin, "Content-Type": "text/csv"}
            imported = world.done(world.client.post("/workstation-users/import", content=content, headers=headers))
        assert imported["created_count"] == people
        for time_zone in ("Asia/Tokyo", "Europe/Paris"):
            moved = [f"{login},{login},{time_zone},,everybody" for login in organisation.logins[:people]]
            with counted_statements(world.engine) as of_moving:
                content = "\n".join(["login,display_name,time_zone,team,manager_login", *moved])
                world.done(world.client.post("/workstation-users/import", content=content, headers=headers))
        sent = [*of_policy, *of_filing, *of_import, *of_moving]
        return [" ".join(each.split())[:BEGINNING] for each in sent]

    organisation.grow(max(0, ROWS - organisation.count))
    assert statements(1, 2) == statements(3, 2 * ROWS)


def test_every_list_that_grows_has_pages(app: FastAPI, organisation: Organisation) -> None:
    organisation.grow(max(0, ROWS - organisation.count))
    for path in list_paths(app):
        if path in OF_FIXED_LENGTH:
            continue
        rows = rows_of(organisation, path)
        assert rows_of(organisation, path, limit=2) == rows[:2], path
        keys = [name for name, value in rows[0].items() if isinstance(value, int)]
        assert any(rows_of(organisation, path, limit=2, after=rows[1][key]) == rows[2:4] for key in keys), (
            f"{path} does not go on after the last id of the former page"
        )


def test_a_page_of_cards_leads_to_the_next_one(organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    organisation.grow(max(0, ROWS - organisation.count))
    whole = {path: page_of(organisation, path).count('<article class="card"') for path in PAGES}
    monkeypatch.setattr("governance_api.pages.view.CARDS", 2)
    for path in PAGES:
        seen: list[str] = []
        following: str | None = path
        while following is not None:
            text = page_of(organisation, following)
            cards = [part.split('"')[0] for part in text.split('aria-labelledby="')[1:] if part.startswith("request-")]
            assert 0 < len(cards) <= 2
            seen += cards
            link = f'href="{path}?after='
            following = f"{path}?after={text.split(link)[1].split(chr(34))[0]}" if link in text else None
        assert len(seen) == len(set(seen)) == whole[path] > 2


def test_a_manager_approves_many_with_as_many_questions_to_the_database_as_a_few(organisation: Organisation) -> None:
    world = organisation.world
    logins = [f"of-one-manager-{number}" for number in range(2 * ROWS)]
    for login in logins:
        world.person(login, manager="everybody")

    def statements(people: int) -> int:
        asked = world.request(*logins[:people])
        secret = page_of(organisation, "/pages/approvals").split('name="form_secret" value="')[1].split('"')[0]
        origin = {"Origin": str(world.client.base_url).rstrip("/"), **organisation.cookie}
        path = f"/pages/data-requests/{asked['data_request_id']}/approve"
        with counted_statements(world.engine) as of_approving:
            answer = world.client.post(path, data={"form_secret": secret}, headers=origin)
        assert answer.status_code == 303, answer.text
        request = world.done(world.client.get(f"/data-requests/{asked['data_request_id']}", headers=world.analyst()))
        assert request["stage"] == "approved"
        return len(of_approving)

    assert statements(2) == statements(2 * ROWS)
    told = world.done(world.client.get("/audit-entries/verification", headers=world.admin))
    assert told["faults"] == []


def test_a_project_names_many_pools_with_as_many_questions_as_a_few(organisation: Organisation) -> None:
    world = organisation.world
    world.person("in-every-pool", manager="everybody")
    pools = [world.request("in-every-pool")["data_request_id"] for _ in range(2 * ROWS)]

    def statements(pool_ids: list[int]) -> int:
        project = world.project(f"Of pools {uuid4()}", "in-every-pool")
        body = {"pool_data_request_ids": pool_ids}
        with counted_statements(world.engine) as of_naming:
            path = f"/projects/{project['project_id']}"
            named = world.done(world.client.patch(path, json=body, headers=world.analyst()))
        assert named["pool_data_request_ids"] == pool_ids
        return len(of_naming)

    assert statements(pools[:2]) == statements(pools)
