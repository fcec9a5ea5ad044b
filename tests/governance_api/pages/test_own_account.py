"""The page of one's own account, without a browser: password, sessions, and which origins are believed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from governance_api.pages.view import client_in_words
from governance_api.security.permissions import SESSION_COOKIE
from tests.governance_api.world import PASSWORD, World, browser_session, sentence

ACCOUNT = "/pages/account"
NEW_PASSWORD = "giraffe lamp ocean violin"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@contextmanager
def browser_of(world: World, address: str, login: str) -> Iterator[httpx.Client]:
    """Signed in; sends what a browser sends from a page of the service."""
    world.signed_in(login, "analyst")
    cookies = {SESSION_COOKIE: browser_session(world, login)}
    headers = {"Origin": address, "User-Agent": FIREFOX}
    with httpx.Client(base_url=address, cookies=cookies, headers=headers, follow_redirects=True, timeout=60) as browser:
        yield browser


def posted(browser: httpx.Client, path: str, **data: str) -> httpx.Response:
    found = re.search(r'name="form_secret" value="([^"]+)"', browser.get(ACCOUNT).text)
    assert found
    return browser.post(f"{ACCOUNT}{path}", data={**data, "form_secret": found[1]})


def is_signed_in(browser: httpx.Client) -> bool:
    return browser.get(ACCOUNT).url.path == ACCOUNT


def test_somebody_changes_their_password_and_is_signed_out_everywhere_else(world: World, address: str) -> None:
    with browser_of(world, address, "paul") as here, browser_of(world, address, "paul") as elsewhere:
        changed = {"new_password": NEW_PASSWORD, "repeated_password": NEW_PASSWORD}
        assert "does not fit" in posted(here, "/password", current_password="wrong", **changed).text
        mistyped = {**changed, "repeated_password": "another"}
        assert "same twice" in posted(here, "/password", current_password=PASSWORD, **mistyped).text
        common = dict.fromkeys(changed, "password1234")
        assert "guessed first" in posted(here, "/password", current_password=PASSWORD, **common).text
        assert is_signed_in(elsewhere)
        assert "Your password was changed" in posted(here, "/password", current_password=PASSWORD, **changed).text
        assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)
    body = {"login": "paul", "password": NEW_PASSWORD}
    assert world.client.post("/tokens", json=body).status_code == 200


def test_somebody_ends_a_session_they_do_not_recognise(world: World, address: str) -> None:
    with browser_of(world, address, "petra") as here, browser_of(world, address, "petra") as elsewhere:
        page = here.get(ACCOUNT).text
        assert page.count("This session") == 1
        numbers = re.findall(rf"{ACCOUNT}/sessions/(\d+)/end", page)
        assert "was ended" in posted(here, f"/sessions/{numbers[0]}/end").text
        assert not is_signed_in(elsewhere)
        assert is_signed_in(here)
    with browser_of(world, address, "otto") as stranger, browser_of(world, address, "petra") as here:
        number = re.findall(rf"{ACCOUNT}/sessions/(\d+)/end", here.get(ACCOUNT).text)[0]
        assert posted(stranger, f"/sessions/{number}/end").status_code == 404
        assert "signed out everywhere else" in posted(here, "/sessions/end-others").text


def test_another_server_asks_by_the_cookie_and_nobody_uses_it_as_a_token(world: World, address: str) -> None:
    with browser_of(world, address, "dora") as browser:
        assert browser.get("/sessions/current").json()["login"] == "dora"
        secret = browser.cookies[SESSION_COOKIE]
    sentence(world.client.get("/accounts/me", headers={"Authorization": f"Bearer {secret}"}), 401)
    sentence(world.client.get("/accounts/me", headers={"Cookie": f"{SESSION_COOKIE}={secret}"}), 401)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8702", "https://evil.example", "null", None])
def test_what_other_sites_make_a_browser_send_is_refused(world: World, address: str, origin: str | None) -> None:
    with browser_of(world, address, "vera") as browser:
        secret = re.search(r'name="form_secret" value="([^"]+)"', browser.get(ACCOUNT).text)
        assert secret
        del browser.headers["Origin"]
        headers = {"Origin": origin} if origin else {}
        page = browser.post("/pages/logout", data={"form_secret": secret[1]}, headers=headers)
        assert page.status_code == 403
        assert "page of another address" in page.text
        sentence(browser.post("/tokens", json={"login": "vera", "password": PASSWORD}, headers=headers), 403)
        assert browser.get(ACCOUNT, headers=headers).url.path == ACCOUNT
        headers = {"Sec-Fetch-Site": "same-origin"}
        assert browser.post("/pages/logout", data={"form_secret": secret[1]}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("client", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari on macOS"),
        ("python-httpx/0.28.1", "python-httpx"),
        ("", "A program"),
    ],
)
def test_a_client_is_named_as_people_name_it(client: str, words: str) -> None:
    assert client_in_words(client) == words
