"""The real extension in a real Chromium, through the real messaging host, into a running agent."""

import http.server
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.browser.host_manifest import write_host
from agent.capture.observations import WindowSeen
from agent.control_requests import answer_requests
from agent.control_socket import ControlServer
from agent.drafts import ObservedContext
from benchmarks.agent.desktop import wait_for
from benchmarks.agent.process import open_policy
from benchmarks.agent.service import AgentService
from domain.event_kinds import EventKind
from domain.raw_events import RawEvent
from tests.agent.running import Run, running_agent

CHROMIUM = shutil.which("chromium")
EXTENSION = Path("agent/browser_extension").absolute()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Missing Chromium: install the system package chromium."),
    # Playwright's own transport is closed after its loop.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

PAGE = """<!doctype html><title>Order form</title><body>
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


class _Site(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Silent."""

    def do_GET(self) -> None:
        content = PAGE.replace("Order form", "Next page" if "next" in self.path else "Order form").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _Browser:
    def __init__(self, page, run: Run, site: str) -> None:
        self.page, self.run, self.site = page, run, site

    def told(self, kind: EventKind) -> list[RawEvent]:
        return [event for event in self.run.events() if event.kind is kind and event.source == "browser"]

    def wait_for_name(self, kind: EventKind, name: str) -> RawEvent:
        wait_for(lambda: name in [event.element_name for event in self.told(kind)], what=f"{kind} {name!r}")
        return next(event for event in self.told(kind) if event.element_name == name)

    def in_front(self, title: str) -> None:
        self.page.wait_for_load_state()
        context = ObservedContext("chromium", f"{title} - Chromium", "", "Chromium")
        self.run.backend.tell(WindowSeen(self.run.agent.clock.now_us(), context))


@contextmanager
def _browser(folder: Path, run: Run, site: str) -> Iterator[_Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow, and only for these tests

    profile = folder / "profile"
    write_host(run.folder, profile / "NativeMessagingHosts")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=CHROMIUM,
            headless=False,
            ignore_default_args=["--disable-extensions"],
            args=[
                "--headless=new",
                "--no-sandbox",
                f"--disable-extensions-except={EXTENSION}",
                f"--load-extension={EXTENSION}",
            ],
        )
        try:
            if not context.service_workers:
                context.wait_for_event("serviceworker", timeout=30_000)
            page = context.pages[0]
            browser = _Browser(page, run, site)
            page.goto(site)
            browser.in_front("Order form")
            wait_for(lambda: run.page is not None and run.page.url, seconds=30, what="the page told by the extension")
            browser.in_front("Order form")
            yield browser
        finally:
            context.close()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[_Browser]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site = f"http://127.0.0.1:{server.server_address[1]}/order"
    with AgentService(policy=open_policy()) as service, running_agent(tmp_path, service) as run:
        service.keeps_bodies = True
        door = ControlServer(run.folder, answer_requests(run.agent))
        door.start()
        try:
            with _browser(tmp_path, run, site) as found:
                yield found
        finally:
            door.stop()
            server.shutdown()
            server.server_close()


def test_what_is_done_on_pages_is_told_by_role_and_name_and_nothing_typed_ever_is(browser: _Browser) -> None:
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
    page.evaluate("document.title = 'Order form'")
    page.click("#save")
    page.locator("#inner").click()
    page.click("text=Next page")
    browser.wait_for_name(EventKind.CLICKED, "Next page")
    browser.in_front("Next page")
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


def test_untrusted_events_of_scripts_are_not_told(browser: _Browser) -> None:
    browser.page.evaluate("document.getElementById('save').click()")
    browser.page.click("#express")
    browser.wait_for_name(EventKind.CLICKED, "Express")
    assert "Save order" not in [event.element_name for event in browser.told(EventKind.CLICKED)]
