"""One sign-in for the service and its dashboards: Superset lets in whom the session names, as long as it lasts."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from standalone.demo.people import ANALYST, GUARDIAN, STAKEHOLDER, admin_of
from tests.journeys.guests import SESSION_COOKIE, SUPERSET_COOKIE, Guest
from tests.journeys.machine import Machine

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]

BOARD = "/superset/dashboard/overall-activity/"


@contextmanager
def guest_of(machine: Machine, login: str = "") -> Iterator[Guest]:
    guest = Guest(machine.settings)
    try:
        if login:
            guest.sign_in(login)
        yield guest
    finally:
        guest.client.close()


def close_account(machine: Machine, account_id: int) -> None:
    body = {"login": "admin", "password": machine.settings.passwords.admin}
    with httpx.Client(base_url=machine.settings.api_url, timeout=60) as admin:
        token = admin.post("/tokens", json=body).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        answer = admin.patch(f"/accounts/{account_id}", json={"is_active": False}, headers=headers)
        assert answer.status_code == 200, answer.text


def until(condition: Callable[[], bool]) -> None:
    """The governance service says for how many seconds its answer holds: 5."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_stranger_signs_in_at_the_service_and_comes_back_to_the_dashboard(machine: Machine) -> None:
    with guest_of(machine) as stella:
        back = stella.sign_in(STAKEHOLDER.login, asked_for=f"{BOARD}?standalone=1")
        assert back == f"{machine.settings.superset_url}{BOARD}?standalone=1"
        page = stella.client.get(back, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert "dashboard" in page.text
        assert stella.whom_superset_sees() == STAKEHOLDER.login
        assert stella.client.get(f"{machine.settings.api_url}/sessions/current").json()["login"] == STAKEHOLDER.login
        assert not [each for each in stella.client.cookies.jar if each.name == "session"], "a name others use too"


def test_nobody_comes_in_with_a_forged_cookie_or_back_to_another_address(machine: Machine) -> None:
    with guest_of(machine) as stranger:
        for forged in ("tm_browser_forged", "x" * 5_000, "%00", "a b"):
            stranger.show(SESSION_COOKIE, forged)
            assert stranger.whom_superset_sees() is None
            assert stranger.open(BOARD).url.path == "/pages/login"
        stranger.show(SESSION_COOKIE, None)
        page = stranger.open("/login/?next=//evil.example/")
        assert stranger.answer_form(page, STAKEHOLDER.login) == f"{machine.settings.superset_url}/"


def test_who_sees_no_dashboards_is_told_so_in_a_sentence(machine: Machine) -> None:
    with guest_of(machine, GUARDIAN.login) as greta:
        page = greta.open(BOARD)
        assert page.status_code == 403
        assert "ask an admin for the role" in page.text
        assert greta.client.get("/api/v1/dashboard/").status_code == 403


def test_a_session_that_ended_and_an_account_that_was_closed_end_at_superset_too(machine: Machine) -> None:
    newcomer = {"login": "nina", "display_name": "Nina New", "roles": ["stakeholder"]}
    with (
        admin_of(machine.settings) as admin,
        guest_of(machine, STAKEHOLDER.login) as stella,
    ):
        account = admin.post("/accounts", newcomer | {"password": machine.settings.passwords.demo})
        with guest_of(machine, "nina") as nina:
            assert (stella.whom_superset_sees(), nina.whom_superset_sees()) == (STAKEHOLDER.login, "nina")
            current = stella.client.get(f"{machine.settings.api_url}/sessions/current").json()
            admin.delete(f"/sessions/{current['access_token_id']}")
            close_account(machine, account["account_id"])
            until(lambda: stella.whom_superset_sees() is None and nina.whom_superset_sees() is None)
            for guest in (stella, nina):
                assert guest.open(BOARD).url.path == "/pages/login"


def test_another_cookie_in_the_same_browser_is_another_person_at_once(machine: Machine) -> None:
    with guest_of(machine, STAKEHOLDER.login) as browser, guest_of(machine, ANALYST.login) as ana:
        first = browser.client.get("/api/v1/security/csrf_token/").json()["result"]
        key = browser.client.cookies[SUPERSET_COOKIE]
        browser.show(SESSION_COOKIE, ana.client.cookies[SESSION_COOKIE])
        assert browser.whom_superset_sees() == ANALYST.login
        assert browser.client.cookies[SUPERSET_COOKIE] != key
        assert browser.client.get("/api/v1/security/csrf_token/").json()["result"] != first
        browser.show(SUPERSET_COOKIE, key)
        browser.show(SESSION_COOKIE, None)
        assert browser.whom_superset_sees() is None, "a session of Superset's own says nothing about who it is"


def test_supersets_own_account_does_not_outrank_whoever_signs_in_after_it(machine: Machine) -> None:
    with guest_of(machine) as browser, guest_of(machine, STAKEHOLDER.login) as stella:
        assert browser.sign_in_locally().status_code == 302
        assert browser.whom_superset_sees() == "admin"
        key = browser.client.cookies[SUPERSET_COOKIE]
        browser.show(SESSION_COOKIE, stella.client.cookies[SESSION_COOKIE])
        assert browser.whom_superset_sees() == STAKEHOLDER.login
        browser.show(SESSION_COOKIE, None)
        assert browser.whom_superset_sees() is None
        browser.show(SUPERSET_COOKIE, key)
        assert browser.whom_superset_sees() is None


def test_signing_out_in_one_place_is_signing_out_in_all(machine: Machine) -> None:
    with guest_of(machine, STAKEHOLDER.login) as stella:
        copied = stella.client.cookies[SESSION_COOKIE]
        assert stella.client.get("/logout/", headers={"Sec-Fetch-Site": "same-site"}).headers["location"] == "/"
        assert stella.whom_superset_sees() == STAKEHOLDER.login
        assert stella.open("/logout/").url.path == "/pages/login"
        assert SESSION_COOKIE not in stella.client.cookies
        stella.show(SESSION_COOKIE, copied)
        assert stella.client.get(f"{machine.settings.api_url}/sessions/current").status_code == 401
        assert stella.whom_superset_sees() is None


def test_what_another_page_makes_a_browser_send_is_refused(machine: Machine) -> None:
    with guest_of(machine, STAKEHOLDER.login) as stella:
        for origin in (machine.settings.api_url, "http://evil.example", "null"):
            answer = stella.client.post("/api/v1/chart/data", json={}, headers={"Origin": origin})
            assert answer.status_code == 403
            assert "page of another address" in answer.text
        own = stella.client.post("/api/v1/dashboard/", json={"dashboard_title": "x"})
        assert own.status_code == 400, "Superset's own check of forgery stays on"
        assert "CSRF" in own.text


def test_programs_come_in_by_a_token_and_only_supersets_own_account_by_a_password(machine: Machine) -> None:
    settings = machine.settings
    with httpx.Client(base_url=settings.superset_url, timeout=60) as program:

        def by_password(username: str, password: str) -> httpx.Response:
            body = {"username": username, "password": password, "provider": "db", "refresh": True}
            return program.post("/api/v1/security/login", json=body)

        assert by_password(STAKEHOLDER.login, settings.passwords.demo).status_code == 401
        token = by_password("admin", settings.passwords.superset).json()["access_token"]
        listed = program.get("/api/v1/dashboard/", headers={"Authorization": f"Bearer {token}"})
        assert listed.json()["count"] >= 2
        body = {"login": ANALYST.login, "password": settings.passwords.demo}
        own = httpx.post(f"{settings.api_url}/tokens", json=body).json()["access_token"]
        me = program.get("/api/v1/me/", headers={"Authorization": f"Bearer {own}"})
        assert me.json()["result"]["username"] == ANALYST.login
