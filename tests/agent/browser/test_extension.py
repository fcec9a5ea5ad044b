"""The real extension in a real Chromium, through the real messaging host, into a running agent."""

import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.browser.host_manifest import write_host
from agent.control.local_socket import ControlServer
from agent.control.requests import answer_requests
from domain.element_roles import ARIA_ROLES, CONTENT_AROUND, Told
from domain.event_kinds import EventKind
from tests.agent.browser.chromium import MARKS, Browser, chromium, serving
from tests.agent.running import running_agent
from tests.fakes.agent_process import open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import wait_for

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


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    """What the site shows now."""
    return {"content": ""}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, shown: dict[str, str]) -> Iterator[Browser]:
    """One browser and one agent: each test has its own page, and what was told since."""
    folder = tmp_path_factory.mktemp("extension")
    with (
        serving(lambda: shown["content"]) as site,
        AgentService(policy=open_policy()) as service,
        running_agent(folder, service) as run,
    ):
        server = ControlServer(run.folder, answer_requests(run.agent))
        server.start()
        profile = folder / "profile"
        write_host(run.folder, profile / "NativeMessagingHosts")
        try:
            with chromium(profile, run, site) as found:
                yield found
        finally:
            server.stop()


@pytest.fixture
def browser(started: Browser, shown: dict[str, str], page_content: str) -> Browser:
    shown["content"] = page_content
    started.begin()
    started.page.goto(f"{started.site}/order")
    started.in_front("Page order")
    started.wait_for_profile()
    started.in_front("Page order")
    return started


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
    wait_for(lambda: "link" in [event.element_role for event in browser.told(EventKind.CLICKED)], what="the link")
    browser.in_front("Page next")
    names = {(event.element_role, event.element_name) for event in browser.told(EventKind.CLICKED)}
    assert {
        ("textbox", "Customer"),
        ("checkbox", "Express"),
        ("button", "Show password"),
        ("button", "Save order"),
        ("button", "Shadow approve"),
        ("link", ""),
        ("password", ""),
        ("one-time code", ""),
        ("card", ""),
    } <= names
    assert [(event.element_role, event.element_name) for event in browser.told(EventKind.SUBMITTED)] == [("form", "")]
    assert {event.element_role for event in browser.told(EventKind.ELEMENT_CHANGED) if event.value_length} == {
        "textbox"
    }
    wait_for(
        lambda: any(event.url.endswith("/next") for event in browser.events()),
        what="the next page without its query",
    )
    kept = b"".join(file.read_bytes() for file in browser.run.folder.path.iterdir() if file.is_file())
    for needle in (secret, "SECRETQUERY"):
        assert needle.encode() not in kept
        assert needle not in str(browser.events())


def test_untrusted_events_of_scripts_are_not_told(browser: Browser) -> None:
    browser.page.evaluate("document.getElementById('save').click()")
    browser.page.click("#express")
    browser.wait_for_name(EventKind.CLICKED, "Express")
    assert "Save order" not in [event.element_name for event in browser.told(EventKind.CLICKED)]


SHOWN = """<!doctype html><title>Page {path}</title><body>
<input id="replaced" name="replaced" type="password">
<input id="toggled" type="password" aria-label="Toggled">
<input id="words" aria-label="Your passphrase">
<input id="hinted" autocomplete="current-password">
<input id="otp" placeholder="One-time code"><input id="card" aria-label="Card number"><input id="cvc" name="cvc">
<textarea id="terminal" class="xterm-helper-textarea" aria-label="Terminal input"></textarea>
<div id="host"></div><iframe srcdoc="<input type=password id=framed>"></iframe>
<label>Plain <input id="plain"></label><label>Show password <input type="checkbox" id="show"></label><script>
const root = document.getElementById('host').attachShadow({mode: 'open'});
root.innerHTML = '<input type=password id=shadowed>';
</script></body>"""
REPLACE = "document.getElementById('replaced').outerHTML = '<input id=replaced name=replaced type=text>'"
TOGGLE = "document.getElementById('toggled').type = 'text'"


@pytest.fixture
def page_content() -> str:
    return PAGE


class TestShowPassword:
    """However a page shows what was secret: told by its kind alone, without name, id or length."""

    @pytest.fixture
    def page_content(self) -> str:
        return SHOWN

    def test_fields_stay_secret_after_show_password(self, browser: Browser) -> None:
        page, secret = browser.page, secrets.token_hex(6)
        page.evaluate(f"{REPLACE}; {TOGGLE}")  # both before anybody has touched them
        fields = ["#replaced", "#toggled", "#words", "#hinted", "#otp", "#card", "#cvc", "#terminal", "#shadowed"]
        for field in fields:
            page.locator(field).click()
            page.keyboard.type(f"typed{secret}")
            if field == "#shadowed":
                page.evaluate("root.getElementById('shadowed').type = 'text'")
                page.keyboard.type("more")
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.press("ControlOrMeta+c")
        page.frame_locator("iframe").locator("#framed").click()
        page.keyboard.type(f"typed{secret}")
        page.click("#show")
        page.click("#plain")
        page.keyboard.type("plain")
        page.keyboard.press("Tab")
        browser.wait_for_name(EventKind.ELEMENT_CHANGED, "Plain")
        kinds = ["password"] * 4 + ["one-time code", "card", "card", "secret", "password"]
        changed, clicked = browser.told(EventKind.ELEMENT_CHANGED), browser.told(EventKind.CLICKED)
        assert [event.element_role for event in changed] == [*kinds, "checkbox", "textbox"]
        assert [event.element_role for event in clicked] == [
            *kinds,
            "password",
            "checkbox",
            "textbox",
        ]  # with the frame
        of_secrets = [event for event in changed + clicked if event.element_role not in {"checkbox", "textbox"}]
        assert {(event.element_name, event.element_id, event.value_length) for event in of_secrets} == {("", "", 0)}
        assert {event.element_name for event in browser.told(EventKind.COPIED)} <= {""}
        kept = b"".join(file.read_bytes() for file in browser.run.folder.path.iterdir() if file.is_file())
        assert secret.encode() not in kept


CONTENT = """<!doctype html><title>Page {path}</title><body>
<a href="#" id="a">Result: positive</a><label><input type="radio" id="radio">Married</label>
<table><tr><td id="cell">4,711.00 EUR</td><td><button type="button" id="row">Jane Doe</button></td></tr></table>
<ul><li><button type="button" id="item">Jane Doe</button></li></ul><div role="treeitem" id="tree">Diabetes</div>
<div role="Jane Doe has diabetes" id="strange">x</div><h2 id="head">Balance 12</h2><p id="text">Balance 12</p>
<input id="search" placeholder="jane@example.org" aria-label="Search"><select id="choice" aria-label="State">
<option>Divorced</select><nav><ul><li><button type="button" id="menu">Orders</button></li></ul></nav>
<label>Express<input type="checkbox" id="check"></label><button type="button" id="order-4711">Open</button></body>"""
OF_CONTENT = ("a", "radio", "cell", "row", "item", "tree", "strange", "head", "text")


class TestContent:
    """What a person reads on a page is told by its role; what they use it by, by its name."""

    @pytest.fixture
    def page_content(self) -> str:
        return CONTENT

    def test_links_cells_items_and_choices_are_told_by_role(self, browser: Browser) -> None:
        page = browser.page
        for element in (*OF_CONTENT, "search", "choice", "menu", "check", "order-4711"):
            page.locator(f"[id='{element}']").click()
            page.keyboard.press("Escape")
        browser.wait_for_name(EventKind.CLICKED, "Open")
        told = {(each.element_role, each.element_name, each.element_id) for each in browser.told(EventKind.CLICKED)}
        named = {("searchbox", "Search"), ("textbox", "Search"), ("combobox", "State"), ("button", "Orders")}
        named |= {("checkbox", "Express"), ("button", "Open")}
        assert {(role, name) for role, name, _ in told if name} <= named
        assert {name for _, name, _ in told} == {"", "Search", "State", "Orders", "Express", "Open"}
        assert {role for role, name, _ in told if not name} >= {"link", "radio", "cell", "button", "treeitem", "other"}
        assert {each for _, _, each in told} <= {"", "search", "choice", "menu", "check"}


MIRRORS = """<!doctype html><title>Page {path}</title><body>
<label>Name <input id="name" oninput="document.getElementById('hello').textContent = 'Hello ' + this.value"></label>
<button type="button" id="hello">Hello</button><button type="button" id="still">Still</button>
<label>Password <input type="password" id="password" oninput="mirror(this.value)"></label>
<button type="button" id="plain">Go</button><button type="button" id="turned">Go</button>
<label id="of-field">Field <input id="field"></label><input type="button" id="value" value="Go"><p id="place"></p>
<button type="button" id="labelled" aria-labelledby="label">Go</button><span id="label">Go</span><script>
function mirror(value) {
  for (const id of ['plain', 'label']) document.getElementById(id).textContent = 'Use ' + value;
  document.getElementById('turned').firstChild.data = [...value].reverse().join('');
  document.getElementById('of-field').firstChild.data = value.length + ' characters';
  document.getElementById('value').value = 'Use ' + value;
  document.getElementById('place').innerHTML = '<button type="button" id="added"></button>';
  document.getElementById('added').textContent = value.length;
}</script></body>"""


class TestMirrors:
    """A page that writes what was typed on its controls: they are told by their role."""

    @pytest.fixture
    def page_content(self) -> str:
        return MIRRORS

    def test_a_name_that_holds_or_was_made_of_what_was_typed_is_not_told(self, browser: Browser) -> None:
        page, secret = browser.page, secrets.token_hex(6)
        page.click("#hello")
        page.click("#name")
        page.keyboard.type(f"Jane{secret}")
        page.click("#hello")
        page.click("#password")
        page.keyboard.type(f"pass{secret}")
        for element in ("plain", "turned", "field", "value", "added", "labelled", "still"):
            page.click(f"#{element}")
        page.evaluate("document.getElementById('password').remove()")
        page.click("#plain")
        page.click("#still")
        wait_for(
            lambda: [each.element_name for each in browser.told(EventKind.CLICKED)].count("Still") == 2,
            what="two clicks",
        )
        clicks = [(each.element_role, each.element_name) for each in browser.told(EventKind.CLICKED)]
        of_field = [("textbox", "Name"), ("button", ""), ("password", "")]
        after = [("button", ""), ("button", ""), ("textbox", ""), ("button", ""), ("button", ""), ("button", "")]
        assert clicks == [
            ("button", "Hello"),
            *of_field,
            *after,
            ("button", "Still"),
            ("button", ""),
            ("button", "Still"),
        ]
        kept = b"".join(file.read_bytes() for file in browser.run.folder.path.iterdir() if file.is_file())
        assert secret.encode() not in kept
        assert secret[::-1].encode() not in kept


def test_the_extension_and_the_domain_have_one_table_of_roles() -> None:
    text = Path("agent/browser_extension/roles.js").read_text(encoding="utf-8")
    object_text = text.partition("taskMiningRoles = ")[2].rstrip().removesuffix(";")
    rows = json.loads(re.sub(r",(?=\s*[\]}])", "", object_text))
    expected = {told.value: sorted(role for role, each in ARIA_ROLES.items() if each is told) for told in Told}
    expected["content around"] = sorted(CONTENT_AROUND & ARIA_ROLES.keys())
    assert {name: sorted(roles) for name, roles in rows.items()} == expected, json.dumps(expected, indent=2)
