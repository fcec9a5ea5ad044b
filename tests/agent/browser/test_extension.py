"""The real extension in a real Chromium, through the real messaging host, into a running agent."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.browser.host_manifest import write_host
from agent.control_requests import answer_requests
from agent.control_socket import ControlServer
from benchmarks.agent.desktop import wait_for
from benchmarks.agent.process import open_policy
from benchmarks.agent.service import AgentService
from domain.event_kinds import EventKind
from tests.agent.browser.chromium import MARKS, Browser, chromium, serving
from tests.agent.running import running_agent

pytestmark = MARKS

PAGE = """<!doctype html><title>Page {path}</title><body>
<form aria-label="Order" onsubmit="event.preventDefault()">
<label>Customer <input id="customer"></label>
<label>Express <input type="checkbox" id="express"></label>
<label>Password <input type="password" id="password"></label>
<button type="button" id="show" onclick="document.getElementById('password').type='text'">Show password</button>
<label>Code <input id="otp" autocomplete="one-time-code"></label>
<label>Card <input id="card" autocomplete="cc-number"></label>
<div contenteditable id="note">x</div>
<button id="save">Save order</button></form>
<a href="/next?session=SECRETQUERY#frag">Next page</a>
<div id="host"></div><script>
const root = document.getElementById('host').attachShadow({mode: 'open'});
root.innerHTML = '<button id="inner">Shadow approve</button>';
</script></body>"""


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with (
        serving(PAGE) as site,
        AgentService(policy=open_policy()) as service,
        running_agent(tmp_path, service) as run,
    ):
        door = ControlServer(run.folder, answer_requests(run.agent))
        door.start()
        profile = tmp_path / "profile"
        write_host(run.folder, profile / "NativeMessagingHosts")
        try:
            with chromium(profile, run, site) as found:
                found.page.goto(f"{site}/order")
                found.in_front("Page order")
                found.wait_for_voice()
                found.in_front("Page order")
                yield found
        finally:
            door.stop()


def test_what_is_done_on_pages_is_told_by_role_and_name_and_nothing_typed_ever_is(browser: Browser) -> None:
    page, secret = browser.page, secrets.token_hex(6)
    page.click("#customer")
    page.keyboard.type(f"plain{secret}")
    page.click("#express")
    customer = browser.wait_for_name(EventKind.ELEMENT_CHANGED, "Customer")
    assert customer.value_length == len(f"plain{secret}")
    page.click("#password")
    page.keyboard.type(f"pass{secret}")
    page.click("#show")
    page.click("#password")
    page.keyboard.type(f"shown{secret}")
    for field in ("#otp", "#card", "#note"):
        page.click(field)
        page.keyboard.type(f"other{secret}")
    page.click("#save")
    page.locator("#inner").click()
    page.click("text=Next page")
    browser.wait_for_name(EventKind.CLICKED, "Next page")
    browser.in_front("Page next")
    names = {(event.element_role, event.element_name) for event in browser.told(EventKind.CLICKED)}
    assert {
        ("textbox", "Customer"),
        ("checkbox", "Express"),
        ("button", "Show password"),
        ("button", "Save order"),
        ("button", "Shadow approve"),
        ("link", "Next page"),
        ("password", ""),
        ("one-time code", ""),
        ("card", ""),
    } <= names
    assert [event.element_name for event in browser.told(EventKind.SUBMITTED)] == ["Order"]
    assert {event.element_role for event in browser.told(EventKind.ELEMENT_CHANGED) if event.value_length} == {
        "textbox"
    }
    wait_for(
        lambda: any(event.url.endswith("/next") for event in browser.run.events()),
        what="the next page without its query",
    )
    kept = b"".join(file.read_bytes() for file in browser.run.folder.path.iterdir() if file.is_file())
    for needle in (secret, "SECRETQUERY"):
        assert needle.encode() not in kept
        assert needle not in str(browser.run.events())


def test_untrusted_events_of_scripts_are_not_told(browser: Browser) -> None:
    browser.page.evaluate("document.getElementById('save').click()")
    browser.page.click("#express")
    browser.wait_for_name(EventKind.CLICKED, "Express")
    assert "Save order" not in [event.element_name for event in browser.told(EventKind.CLICKED)]
