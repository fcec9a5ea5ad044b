"""The stakeholder in a real Chromium after the demonstration: charts drawn, filters that narrow, only what is shared.

What stands on a dashboard is asserted in `tests/superset/`; here it meets Superset, data and a person's rights.
"""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import APIResponse, Browser, Request

from pipelines.dashboards.bundle.files import read_bundle_files
from standalone.demo.people import ANALYST, STAKEHOLDER, admin_of, signed_in
from tests.chromium import NEEDS_CHROMIUM, headless_chromium
from tests.fakes.desktop import wait_for
from tests.journeys.machine import Machine
from tests.superset.look import Visitor, enter

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900), *NEEDS_CHROMIUM]

BOARDS = read_bundle_files().dashboards
PROJECT, NAME = "Service operations", "project_name"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with headless_chromium() as browser:
        yield browser


def signed_in_to_superset(browser: Browser, machine: Machine, login: str) -> Visitor:
    guest = enter(browser, machine.settings.superset_url)
    guest.sign_in(login, machine.settings.passwords.demo)
    return guest


@pytest.fixture(scope="module")
def stakeholder(browser: Browser, machine: Machine) -> Visitor:
    return signed_in_to_superset(browser, machine, STAKEHOLDER.login)


@pytest.fixture(scope="module")
def question(stakeholder: Visitor) -> dict[str, Any]:
    """What the dashboard asks Superset to fill its filter on projects: the names of all of them."""

    def asks_for_projects(request: Request) -> bool:
        asked = request.post_data_json if "/api/v1/chart/data" in request.url else None
        return asked is not None and asked["queries"][0]["columns"] == [NAME]

    with stakeholder.page.expect_request(asks_for_projects) as asked:
        stakeholder.open(BOARDS["overall_activity"].slug)
    return dict(asked.value.post_data_json or {})


def ask(guest: Visitor, question: dict[str, Any]) -> APIResponse:
    body, headers = json.dumps(question), {"Content-Type": "application/json", "Origin": guest.url}
    return guest.page.request.post(f"{guest.url}/api/v1/chart/data", data=body, headers=headers)


def projects_seen(guest: Visitor, question: dict[str, Any]) -> set[str]:
    answer = ask(guest, question)
    assert answer.status == 200, answer.text()
    return {row[NAME] for row in answer.json()["result"][0]["data"]}


@pytest.mark.parametrize("analysis", BOARDS)
def test_every_chart_is_drawn_and_nothing_complains(stakeholder: Visitor, analysis: str) -> None:
    board = BOARDS[analysis]
    seen = stakeholder.open(board.slug)
    assert seen.complaints() == []
    assert len(seen.charts) == sum(len(row.charts) for row in board.rows)


def test_a_category_that_is_chosen_is_all_that_is_shown(stakeholder: Visitor) -> None:
    stakeholder.open(BOARDS["overall_activity"].slug)
    assert "SAP GUI" in stakeholder.text_of("Applications in detail")
    stakeholder.choose("category", "Communication")
    assert "Microsoft Outlook" in stakeholder.text_of("Applications in detail")
    assert "SAP GUI" not in stakeholder.text_of("Applications in detail")


def test_the_tasks_of_a_day_that_is_chosen_are_those_of_the_marts(machine: Machine, stakeholder: Visitor) -> None:
    with psycopg.connect(machine.settings.database_url) as connection:
        (first, until, tasks), *_ = connection.execute(
            "select day, day + 1, count(*) from marts.task_activity_instances where project_name = %s"
            " group by day order by day",
            [PROJECT],
        ).fetchall()
    stakeholder.open(BOARDS["task_activity"].slug)
    stakeholder.choose_dates(str(first), str(until))
    assert f"\n{tasks:,}\n" in stakeholder.text_of("Tasks")


def test_a_viewer_carries_nothing_away(stakeholder: Visitor, question: dict[str, Any]) -> None:
    assert PROJECT in projects_seen(stakeholder, question)
    for form in ("csv", "xlsx"):
        refused = ask(stakeholder, question | {"result_format": form, "result_type": "full"})
        assert refused.status == 403, refused.text()


def test_who_looked_and_who_took_a_file_with_them_is_in_the_audit_log(
    machine: Machine, browser: Browser, stakeholder: Visitor, question: dict[str, Any]
) -> None:
    stakeholder.open(BOARDS["overall_activity"].slug)
    admin = enter(browser, machine.settings.superset_url)
    admin.sign_in_locally("admin", machine.settings.passwords.superset)
    assert ask(admin, question | {"result_format": "csv", "result_type": "full"}).status == 200

    def told(tag: str) -> set[tuple[str, str]]:
        with admin_of(machine.settings) as api:
            entries = list(api.list("/audit-entries", key="audit_entry_id"))
        return {(each["facts"]["login"], each["noun_id"]) for each in entries if each["tag"] == tag}

    title = BOARDS["overall_activity"].dashboard_title
    wait_for(lambda: (STAKEHOLDER.login, title) in told("dashboard:looked_at"))
    wait_for(lambda: ("admin", title) in told("dashboard:downloaded"))


def test_a_project_is_seen_once_it_is_shared_and_no_other(
    machine: Machine, browser: Browser, stakeholder: Visitor, question: dict[str, Any]
) -> None:
    with psycopg.connect(machine.settings.database_url) as connection:
        published = connection.execute("select distinct project_name from marts.overall_activity_days").fetchall()
    assert projects_seen(stakeholder, question) == {name for (name,) in published}
    newcomer = {"login": "nora", "display_name": "Nora New", "roles": ["stakeholder"]}
    with admin_of(machine.settings) as admin:
        admin.post("/accounts", newcomer | {"password": machine.settings.passwords.demo})
    assert ask(signed_in_to_superset(browser, machine, "nora"), question).status == 403
    with signed_in(machine.settings, ANALYST) as analyst:
        project_id = next(each["project_id"] for each in analyst.get("/projects") if each["name"] == PROJECT)
        analyst.post(f"/projects/{project_id}/shares", {"login": "nora", "permission": "view"})
    assert projects_seen(signed_in_to_superset(browser, machine, "nora"), question) == {PROJECT}
