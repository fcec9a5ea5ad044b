"""The fallback in a real Chromium without any messaging host: pairing by the extension's page, and who is refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.control.requests import answer_requests
from domain.event_kinds import EventKind
from tests.agent.browser.chromium import MARKS, OPTIONS_PAGE, Browser, chromium_context, serving
from tests.agent.running import running_agent
from tests.fakes.agent_process import open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import wait_for

pytestmark = MARKS
PAGE = '<!doctype html><title>Order form</title><button id="save">Save order</button>'
EVIL = "evil.example"


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """No messaging host is installed for its profile, nor for this person."""
    with chromium_context(tmp_path_factory.mktemp("profile"), f"--host-resolver-rules=MAP {EVIL} 127.0.0.1") as found:
        yield found


@pytest.fixture
def browser(tmp_path: Path, context: Any) -> Iterator[Browser]:
    """Each test has an agent of its own, of which the extension knows nothing yet."""
    with (
        serving(PAGE) as site,
        AgentService(policy=open_policy()) as service,
        running_agent(tmp_path, service) as run,
    ):
        found = Browser(context, run, site)
        found.page.goto(OPTIONS_PAGE)
        found.page.evaluate("chrome.storage.local.remove('pairing')")
        yield found
        found.page.goto("about:blank")


def _ask(browser: Browser, word: str) -> object:
    return answer_requests(browser.run.agent)({"ask": word})["ok"]


def _pair(browser: Browser, code: str) -> str:
    """What the extension's page says after a person has entered a code."""
    page = browser.context.new_page()
    page.goto(OPTIONS_PAGE)
    page.get_by_label("Pairing code").fill(code)
    page.get_by_role("button", name="Pair", exact=True).click()
    said = page.locator("#answer:not(:empty), #state.is-good")
    said.first.wait_for()
    text = str(said.first.inner_text())
    page.close()
    return text


def _refusals(browser: Browser) -> dict[int, int]:
    loopback = browser.run.agent.browser_port.loopback
    assert loopback is not None
    return dict(loopback.refusals)


def test_after_pairing_what_is_done_arrives_in_the_spool(browser: Browser) -> None:
    code = str(_ask(browser, "browser pair"))
    browser.page.goto(f"{browser.site}/order?session=SECRETQUERY")
    browser.page.click("#save")
    assert browser.run.page is None, "nothing is told before pairing"
    assert _pair(browser, code) == "Connected by the pairing code."
    browser.page.bring_to_front()
    browser.wait_for_profile()
    browser.in_front("Order form")
    browser.page.click("#save")
    browser.wait_for_name(EventKind.CLICKED, "Save order")
    wait_for(
        lambda: f"{browser.site}/order" in [event.url for event in browser.run.events()], what="the page by its path"
    )
    assert len(browser.told(EventKind.CLICKED)) == 1, "the click before pairing is not told afterwards"
    kept = b"".join(file.read_bytes() for file in browser.run.folder.path.iterdir() if file.is_file())
    assert b"SECRETQUERY" not in kept
    assert not _refusals(browser)


def test_a_wrong_code_is_refused_in_words_and_nothing_is_told(browser: Browser) -> None:
    port = str(_ask(browser, "browser pair")).partition("-")[0]
    assert "no pairing code" in _pair(browser, "12345")
    assert "No agent answers to this code" in _pair(browser, f"{port}-{'x' * 43}")
    assert "No agent answers to this code" in _pair(browser, f"1-{'x' * 43}")
    browser.page.goto(browser.site)
    browser.page.click("#save")
    assert browser.run.page is None


def test_an_old_code_is_worth_nothing_after_it_was_taken_back(browser: Browser) -> None:
    code = str(_ask(browser, "browser pair"))
    _ask(browser, "browser unpair")
    assert "No agent answers to this code" in _pair(browser, code)
    assert str(_ask(browser, "browser pair")) != code


def test_a_web_page_cannot_speak_with_the_port_even_with_the_token(browser: Browser) -> None:
    port, _, token = str(_ask(browser, "browser pair")).partition("-")
    message = {"kind": "window_focused", "at_ms": 1, "title": "forged", "url": "https://forged.example/"}
    call = """async ([url, token, body, mode, type]) => {
      try {
        const headers = token ? {Authorization: `Bearer ${token}`, "Content-Type": type} : {"Content-Type": type};
        return (await fetch(url, {method: "POST", mode, headers, body})).status;
      } catch (error) { return "blocked"; }
    }"""
    body, events = json.dumps([message]), "browser-events"
    browser.page.goto(browser.site)
    here, bearer = f"http://127.0.0.1:{port}/{events}", token
    # With the token: the browser asks first whether it may, and is not told that it may.
    assert browser.page.evaluate(call, [here, bearer, body, "cors", "application/json"]) == "blocked"
    # A simple request is sent without asking; its answer cannot be read, and it was refused for its origin.
    assert browser.page.evaluate(call, [here, "", body, "no-cors", "text/plain"]) == 0
    hello = f"http://127.0.0.1:{port}/hello"
    assert browser.page.evaluate(call, [hello, "", "x" * 36, "no-cors", "text/plain"]) == 0
    assert _refusals(browser) == {501: 1, 403: 2}
    # A name that was made to point here is refused for its host, before anything else is looked at.
    browser.page.goto(browser.site.replace("127.0.0.1", EVIL))
    assert browser.page.evaluate(call, [f"http://{EVIL}:{port}/{events}", "", body, "no-cors", "text/plain"]) == 0
    assert _refusals(browser).keys() == {501, 403, 421}
    assert browser.run.page is None
