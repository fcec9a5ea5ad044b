"""A manager and an analyst in a real Chromium: deciding, one's own account; nothing is loaded from elsewhere.

With TASK_MINING_PICTURES=FOLDER, every page that is tried for accessibility is also kept as a picture.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

from governance_api.security.permissions import SESSION_COOKIE
from tests.chromium import NEEDS_CHROMIUM, headless_chromium
from tests.governance_api.world import PASSWORD, World, browser_session

pytestmark = NEEDS_CHROMIUM


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with headless_chromium() as browser:
        yield browser


def is_complaint(message: ConsoleMessage) -> bool:
    return message.type == "error" and "the server responded with a status of 4" not in message.text


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A signed-out page that fails the test on console errors and on anything asked from elsewhere."""
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    complaints: list[str] = []
    # A form that is refused is answered with a page of its own, which browsers call an error too.
    page.on("console", lambda each: complaints.append(each.text) if is_complaint(each) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda each: None if each.url.startswith(address) else complaints.append(each.url))
    yield page
    context.close()
    assert not complaints


def sign_in(page: Page, login: str, *, password: str = PASSWORD, place: str = "approvals") -> None:
    page.goto("/")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**/pages/{place}")


def decisions(world: World, data_request_id: int) -> dict[str, str]:
    request = world.done(world.client.get(f"/data-requests/{data_request_id}", headers=world.analyst()))
    return {each["workstation_user_login"]: each["decision"] for each in request["approvals"]}


def test_a_manager_decides_person_by_person_and_takes_an_approval_back(page: Page, world: World) -> None:
    world.person("wanda")
    world.person("wilma")
    request = world.request("wanda", "wilma", name="Where the desk’s time goes")
    sign_in(page, "mia")
    card = page.get_by_role("article", name="Where the desk’s time goes")
    assert "Ana asks" in card.inner_text()
    assert "What is never collected" in card.inner_text()

    card.get_by_role("button", name="Approve for Wanda").click()
    page.get_by_role("status").get_by_text("Approved for 1 person").wait_for()
    assert decisions(world, request["data_request_id"]) == {"wanda": "approved", "wilma": "pending"}

    card.get_by_text("Reject for Wilma").click()
    card.get_by_role("button", name="Reject", exact=True).click()
    assert page.get_by_role("status").is_visible(), "the browser holds back a form without a reason"
    assert decisions(world, request["data_request_id"])["wilma"] == "pending"
    card.get_by_label("Why do you reject it for Wilma?").fill("She is on leave.")
    card.get_by_role("button", name="Reject", exact=True).click()
    page.get_by_role("heading", name="Nothing waits for you").wait_for()
    assert decisions(world, request["data_request_id"]) == {"wanda": "approved", "wilma": "rejected"}

    page.get_by_role("link", name="Your decisions").click()
    assert "She is on leave." in page.get_by_role("main").inner_text()
    page.get_by_text("Withdraw the approval for Wanda").click()
    page.get_by_label("Why do you withdraw it for Wanda?").fill("The project was cancelled.")
    page.get_by_role("button", name="Withdraw the approval").click()
    page.get_by_role("status").get_by_text("Withdrawn for 1 person").wait_for()
    assert decisions(world, request["data_request_id"])["wanda"] == "withdrawn"


def test_a_manager_decides_a_whole_request_at_once(page: Page, world: World) -> None:
    for login in ("walter", "willy", "wolf"):
        world.person(login, manager="max")
    first = world.request("walter", "willy", "wolf", name="First")
    second = world.request("walter", "willy", "wolf", name="Second")
    sign_in(page, "max")
    page.get_by_role("article", name="First").get_by_role("button", name="Approve all 3").click()
    page.get_by_role("status").get_by_text("Approved for 3 people").wait_for()
    card = page.get_by_role("article", name="Second")
    card.get_by_text("Reject all").click()
    card.get_by_label("Why do you reject it for everybody?").fill("Not in the busy season.")
    card.get_by_role("button", name="Reject for all 3").click()
    page.get_by_role("heading", name="Nothing waits for you").wait_for()
    assert set(decisions(world, first["data_request_id"]).values()) == {"approved"}
    assert set(decisions(world, second["data_request_id"]).values()) == {"rejected"}


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_the_window(page: Page, world: World, width: int) -> None:
    world.person(f"very.long.login.of.somebody.{width}@service-desk.example.org", manager="mona")
    login = f"very.long.login.of.somebody.{width}@service-desk.example.org"
    world.request(login, name="Unbreakable" * 15, purpose="W" * 300)
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, "mona")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_text("Reject for").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_somebody_ends_a_session_and_changes_their_password(page: Page, world: World) -> None:
    world.signed_in("ada", "analyst")
    elsewhere = browser_session(world, "ada")
    sign_in(page, "ada", place="account")
    sessions = page.get_by_role("region", name="Sessions")
    assert sessions.get_by_role("listitem").count() == 3
    sessions.get_by_role("button", name="End the session of python-httpx").first.click()
    page.get_by_role("status").get_by_text("The session was ended.").wait_for()
    assert sessions.get_by_role("listitem").count() == 2
    page.reload()
    assert page.get_by_role("status").count() == 0

    new = "giraffe lamp ocean violin"
    for current, repeated, answer in (
        (PASSWORD, "another one altogether", "not typed the same twice"),
        (PASSWORD, new, "Your password was changed."),
    ):
        page.get_by_label("Current password").fill(current)
        page.get_by_label("New password", exact=True).fill(new)
        page.get_by_label("New password, once more").fill(repeated)
        page.get_by_role("button", name="Change the password").click()
        page.get_by_text(answer).wait_for()
        if page.get_by_role("link", name="Back to your account").is_visible():
            page.get_by_role("link", name="Back to your account").click()
    assert sessions.get_by_role("listitem").all_inner_texts()[0].startswith("Chrome")
    assert sessions.get_by_role("listitem").count() == 1
    cookie = {"Cookie": f"{SESSION_COOKIE}={elsewhere}"}
    assert world.client.get("/sessions/current", headers=cookie).status_code == 401
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("status").get_by_text("You are signed out here.").wait_for()
    sign_in(page, "ada", password=new, place="account")


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)], ids=["light", "dark", "phone"]
)
def test_everybody_can_use_the_pages(
    page: Page, world: World, request: pytest.FixtureRequest, scheme: str, width: int
) -> None:
    name = request.node.callspec.id
    world.person(f"wim-{name}", manager=f"mara-{name}")
    world.request(f"wim-{name}")
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size(ViewportSize(width=width, height=800))
    page.goto("/pages/login")
    faults = {"login": accessibility_faults(page, f"login-{name}")}
    sign_in(page, f"mara-{name}")
    for place in ("approvals", "account"):
        page.goto(f"/pages/{place}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, place
        faults[place] = accessibility_faults(page, f"{place}-{name}")
    page.get_by_label("Current password").fill("wrong")
    for label in ("New password", "New password, once more"):
        page.get_by_label(label, exact=True).fill("x" * 12)
    page.get_by_role("button", name="Change the password").click()
    page.get_by_role("alert").wait_for()
    faults["problem"] = accessibility_faults(page, f"problem-{name}")
    assert not any(faults.values()), faults


def accessibility_faults(page: Page, name: str) -> list[str]:
    """What axe finds, each fault with the first place where it is."""
    if folder := os.environ.get("TASK_MINING_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]
