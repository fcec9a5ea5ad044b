"""What a page says was done: told once to the browser that did it, and by no address and no cookie of somebody else."""

import re
from collections.abc import Iterator

import httpx
import pytest

from governance_api.pages.notices import NOTICE_COOKIE
from governance_api.security.permissions import SESSION_COOKIE
from tests.governance_api.world import World, browser_session

CLAIMS = [
    "/pages/approvals?approved=999999",
    "/pages/approvals?rejected=7",
    "/pages/decisions?withdrawn=3",
    "/pages/account?done=password",
    "/pages/account?done=session",
    "/pages/account?done=others",
]


@pytest.fixture(scope="module", autouse=True)
def team(world: World) -> None:
    world.person("wanda")
    world.person("wilma")
    world.analyst()


@pytest.fixture
def browser(world: World, address: str) -> Iterator[httpx.Client]:
    cookies = httpx.Cookies()
    cookies.set(SESSION_COOKIE, browser_session(world, "mia"), domain="127.0.0.1", path="/")
    with httpx.Client(
        base_url=address, headers={"Origin": address}, cookies=cookies, follow_redirects=True, timeout=60
    ) as browser:
        yield browser


def posted(browser: httpx.Client, path: str, **data: str) -> httpx.Response:
    found = re.search(r'name="form_secret" value="([^"]+)"', browser.get("/pages/account").text)
    assert found
    return browser.post(path, data={**data, "form_secret": found[1]})


@pytest.mark.parametrize("claim", CLAIMS)
def test_no_address_makes_a_page_say_what_did_not_happen(browser: httpx.Client, claim: str) -> None:
    page = browser.get(claim)
    assert page.status_code == 200
    assert 'role="status"' not in page.text


def test_nobody_is_told_that_they_are_signed_out_while_they_are_not(browser: httpx.Client) -> None:
    assert "You are signed out" not in browser.get("/pages/login?signed_out=true").text
    browser.cookies.set(NOTICE_COOKIE, "signed_out.0.", domain="127.0.0.1", path="/pages")
    assert "You are signed out" not in browser.get("/pages/login").text


def test_what_was_done_is_told_once(browser: httpx.Client, world: World) -> None:
    request = world.request("wanda", "wilma")
    path = f"/pages/data-requests/{request['data_request_id']}/approve"
    told = posted(browser, path)
    assert told.url.path == "/pages/approvals"
    assert not told.url.query
    assert "Approved for 2 people." in told.text
    assert 'role="status"' not in browser.get("/pages/approvals").text
    assert "nothing was changed" in posted(browser, path).text
    assert "You are signed out here" in posted(browser, "/pages/logout").text
    assert "You are signed out here" not in browser.get("/pages/login").text


def test_a_planted_notice_is_not_believed(browser: httpx.Client, world: World) -> None:
    """Another server of this host can set cookies for this one; it knows no session's secret."""
    approval_id = world.request("wanda")["approvals"][0]["approval_id"]
    browser.follow_redirects = False
    genuine = posted(browser, f"/pages/approvals/{approval_id}/approve").cookies[NOTICE_COOKIE]
    for planted in (genuine.replace(".1.", ".999."), "approved.999.", "approved", "%C3%A9", genuine + "0", "none.1.x"):
        browser.cookies.set(NOTICE_COOKIE, planted, domain="127.0.0.1", path="/pages")
        assert 'role="status"' not in browser.get("/pages/approvals").text, planted
    browser.cookies.clear()
    browser.cookies.set(SESSION_COOKIE, browser_session(world, "mia"), domain="127.0.0.1", path="/")
    browser.cookies.set(NOTICE_COOKIE, genuine, domain="127.0.0.1", path="/pages")
    assert 'role="status"' not in browser.get("/pages/approvals").text, "of another session"
