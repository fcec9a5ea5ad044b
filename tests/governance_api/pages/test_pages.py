"""The pages without a browser: who is let in, which forms are believed, what the words say."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from governance_api.configuration.records import COLLECTORS
from governance_api.pages.view import collected, dates_in_words
from tests.governance_api.world import PASSWORD, World

WAITING = "/pages/approvals"


@pytest.fixture(scope="module", autouse=True)
def team(world: World) -> None:
    world.person("wanda")
    world.person("wilma")
    world.person("otto", manager="max")
    world.analyst()


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    """Keeps cookies and follows where it is led, as a browser does."""
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60, headers={"Origin": address}) as browser:
        yield browser


def form_secret(page: httpx.Response) -> str:
    found = re.search(r'name="form_secret" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def signed_in(browser: httpx.Client, login: str, password: str = PASSWORD) -> httpx.Response:
    secret = form_secret(browser.get("/pages/login"))
    return browser.post("/pages/login", data={"login": login, "password": password, "form_secret": secret})


def test_the_root_leads_a_stranger_to_the_sign_in_page(browser: httpx.Client) -> None:
    for path in ("/", WAITING, "/pages/decisions"):
        page = browser.get(path)
        assert page.url.path == "/pages/login"
        assert "Sign in" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/pages/approvals/1/approve",
        "/pages/approvals/1/reject",
        "/pages/approvals/1/withdraw",
        "/pages/data-requests/1/approve",
        "/pages/data-requests/1/reject",
        "/pages/logout",
    ],
)
def test_a_form_from_a_stranger_or_from_elsewhere_does_nothing(browser: httpx.Client, world: World, path: str) -> None:
    assert browser.post(path).url.path == "/pages/login"
    signed_in(browser, "mia")
    for forged in ("", "guessed"):
        page = browser.post(path, data={"form_secret": forged, "reason": "x"})
        assert page.status_code == 403
        assert "earlier session" in page.text
    assert browser.get(WAITING).status_code == 200


def test_the_pages_are_for_managers(browser: httpx.Client) -> None:
    assert signed_in(browser, "ana").url.path == "/pages/account"
    page = browser.get(WAITING)
    assert page.status_code == 403
    assert "This needs the role manager" in page.text
    secret = form_secret(page)
    assert browser.post("/pages/approvals/1/approve", data={"form_secret": secret}).status_code == 403


def test_a_refused_sign_in_says_so_keeps_the_login_and_is_counted(browser: httpx.Client, world: World) -> None:
    world.manager("mona")
    for _ in range(5):
        page = signed_in(browser, "mona", "wrong")
        assert page.status_code == 401
        assert "Login and password do not fit" in page.text
        assert 'value="mona"' in page.text
        assert "wrong" not in page.text
    assert signed_in(browser, "mona").status_code == 429


def test_a_sign_in_form_from_elsewhere_is_not_believed(browser: httpx.Client) -> None:
    page = browser.post("/pages/login", data={"login": "mia", "password": PASSWORD, "form_secret": "guessed"})
    assert page.status_code == 403
    assert "task_mining_session" not in browser.cookies


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(address: str) -> None:
    with httpx.Client(base_url=address, headers={"Origin": address}) as browser:
        secret = form_secret(browser.get("/pages/login"))
        answer = browser.post("/pages/login", data={"login": "mia", "password": PASSWORD, "form_secret": secret})
    cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith("task_mining_session"))
    assert answer.status_code == 303
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/;" in cookie
    assert "Secure" not in cookie
    assert "tm_browser" not in answer.headers["location"]


def test_signing_out_ends_the_session_on_the_server_too(browser: httpx.Client) -> None:
    page = signed_in(browser, "mia")
    token = browser.cookies["task_mining_session"]
    assert browser.post("/pages/logout", data={"form_secret": form_secret(page)}).url.path == "/pages/login"
    browser.cookies.set("task_mining_session", token, path="/")
    assert browser.get(WAITING).url.path == "/pages/login"


def test_a_request_is_shown_with_its_purpose_and_without_the_people_of_others(
    browser: httpx.Client, world: World
) -> None:
    world.request("wanda", "otto", name="<b>Bold</b> request", purpose="Learn & improve")
    page = signed_in(browser, "mia")
    assert "&lt;b&gt;Bold&lt;/b&gt; request" in page.text
    assert "Learn &amp; improve" in page.text
    assert "Wanda" in page.text
    assert "Otto" not in page.text


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({}, ["Figures about the group as a whole", "by no name and no code"]),
        ({"visibility": "individual"}, ["Figures about the group, and about each person", "only by a code, such as"]),
    ],
)
def test_a_manager_reads_whether_persons_are_shown_and_how(
    browser: httpx.Client, world: World, terms: dict[str, Any], said: list[str]
) -> None:
    request = world.request("wilma", name="Shown how", **terms)
    signed_in(browser, "mia")
    card = browser.get(WAITING).text.split("Shown how")[1]
    assert [words for words in said if words not in card] == []
    (approval,) = request["approvals"]
    reason = {"reason": "Asked for a test"}
    world.done(world.client.post(f"/approvals/{approval['approval_id']}/reject", json=reason, headers=world.manager()))


def test_a_reason_of_blanks_is_answered_in_words_and_changes_nothing(browser: httpx.Client, world: World) -> None:
    approval_id = world.request("wilma")["approvals"][0]["approval_id"]
    secret = form_secret(signed_in(browser, "mia"))
    path = f"/pages/approvals/{approval_id}/reject"
    page = browser.post(path, data={"form_secret": secret, "reason": "   "})
    assert page.status_code == 422
    assert "The rejection has no reason" in page.text
    pending = world.done(world.client.get("/approvals?decision=pending", headers=world.manager()))
    assert approval_id in [each["approval_id"] for each in pending]


def test_another_managers_people_are_not_decided_by_guessing_addresses(browser: httpx.Client, world: World) -> None:
    request = world.request("otto")
    secret = form_secret(signed_in(browser, "mia"))
    approval_id = request["approvals"][0]["approval_id"]
    assert browser.post(f"/pages/approvals/{approval_id}/approve", data={"form_secret": secret}).status_code == 403
    path = f"/pages/data-requests/{request['data_request_id']}/approve"
    assert "nothing was changed" in browser.post(path, data={"form_secret": secret}).text
    pending = world.done(world.client.get("/approvals?decision=pending", headers=world.manager("max")))
    assert approval_id in [each["approval_id"] for each in pending]


def test_a_page_that_is_not_there_is_a_page_too(browser: httpx.Client) -> None:
    page = browser.get("/pages/nowhere")
    assert page.status_code == 404
    assert "There is no such page" in page.text


def test_dates_are_told_as_people_tell_them() -> None:
    first = date(2025, 11, 3)
    assert dates_in_words(first, None) == "From Mon 3 Nov 2025, without an end date"
    assert dates_in_words(first, first) == "Mon 3 Nov 2025"
    assert dates_in_words(first, date(2025, 11, 14)) == "Mon 3 Nov to Fri 14 Nov 2025"
    assert dates_in_words(first, date(2026, 1, 2)) == "Mon 3 Nov 2025 to Fri 2 Jan 2026"


def test_what_is_switched_off_is_not_claimed_to_be_collected() -> None:
    everything = collected([], idle_seconds=180)
    assert any(line.startswith("Which application, window title and web address are in front") for line in everything)
    assert any(line.startswith("How often one clicks, types, copies, pastes and scrolls") for line in everything)
    assert "How many characters a field of a web page holds when it is left; never of a password field" in everything
    assert [line.partition(";")[0] for line in collected(COLLECTORS, idle_seconds=60)] == [
        "Which application and window title are in front",
        "When somebody is away for a minute, locks the screen, signs in or out, or is in private mode",
        "Which named task a person records, with its number, when they start and stop it themselves",
    ]
    for name in COLLECTORS:
        assert collected([name], idle_seconds=180) != everything


def test_programs_whose_content_is_named_are_shown_to_the_manager_with_the_request_that_was_filed_with_them(
    world: World, browser: httpx.Client
) -> None:
    record = "/configuration/agent/applications_with_named_content"
    power = world.signed_in("petra", "power_user")
    world.request("wanda", name="Filed without")
    world.done(world.client.put(record, json={"value": ["saplogon", "excel"]}, headers=power))
    world.request("wanda", name="Filed with")
    world.done(world.client.put(record, json={"value": ["saplogon", "excel", "later"]}, headers=power))
    try:
        world.manager()
        page = signed_in(browser, "mia").text
        more = "In saplogon and excel, also what stands on links, list items, table cells and radio buttons"
        without, _, behind = page.partition("Filed without")[2].partition("Filed with")
        assert more not in without
        assert more in behind
        assert "(but in saplogon and excel)" in behind
        assert "later" not in page.replace("cannot change later", "")
    finally:
        world.done(world.client.put(record, json={"value": []}, headers=power))
