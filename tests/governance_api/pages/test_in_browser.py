"""A manager in a real Chromium: sees what waits, approves, rejects, withdraws; nothing is loaded from elsewhere."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import NEEDS_CHROMIUM, headless_chromium
from tests.governance_api.world import PASSWORD, World

pytestmark = NEEDS_CHROMIUM


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with headless_chromium() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A signed-out page that fails the test on console errors and on anything asked from elsewhere."""
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda each: None if each.url.startswith(address) else complaints.append(each.url))
    yield page
    context.close()
    assert not complaints


def sign_in(page: Page, login: str) -> None:
    page.goto("/")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/pages/approvals")


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
