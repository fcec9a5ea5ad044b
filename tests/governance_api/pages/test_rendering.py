"""What a browser is shown when something does not work: a page with the sentence; programs get the same as JSON."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine

from governance_api.app import create_app
from governance_api.edge.middleware import MAX_BODY_BYTES
from governance_api.settings import Settings
from tests.governance_api.serving import serving
from tests.governance_api.world import World, browser_session, sentence

BY_A_BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"}
BY_A_PROGRAM = {"Accept": "application/json"}


@pytest.fixture(scope="module", autouse=True)
def manager(world: World) -> None:
    world.person("wanda")
    world.analyst()


@pytest.fixture
def browser(world: World, address: str) -> Iterator[httpx.Client]:
    cookies = {"task_mining_session": browser_session(world, "mia")}
    headers = BY_A_BROWSER | {"Origin": address}
    with httpx.Client(base_url=address, headers=headers, cookies=cookies, timeout=60) as browser:
        yield browser


def shown(answer: httpx.Response, status: int) -> str:
    """The words of a page in the house's look, without a word of the API and without a script."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"
    assert '<link rel="stylesheet" href="/pages/static/style.css">' in answer.text
    for word in ("openapi", "urn:", "query.", "path.", "<script", "{"):
        assert word not in answer.text
    return answer.text


@pytest.mark.parametrize(
    "path", ["/page/approvals", "/approvals.html", "/pages/aprovals", "/pages", "/pages/static/no.css"]
)
def test_a_mistyped_address_is_answered_with_a_page(browser: httpx.Client, path: str) -> None:
    page = shown(browser.get(path), 404)
    assert "There is no such page" in page
    assert "Nothing was changed" not in page
    assert 'href="/pages/home"' in page
    assert "application/problem+json" in browser.get(path, headers=BY_A_PROGRAM).headers["content-type"]
    sentence(httpx.get(f"{browser.base_url}/approvals.html"), 404)


def test_every_kind_of_refusal_is_a_page_in_a_browser(browser: httpx.Client, world: World) -> None:
    assert "form" in shown(browser.get("/pages/approvals/1/approve"), 405)
    assert browser.get("/pages/approvals/1/approve").headers["allow"] == "POST"
    assert "another address" in shown(browser.post("/pages/logout", headers={"Origin": "http://127.0.0.1:8702"}), 403)
    assert "another address" in shown(browser.post("/tokens", headers={"Origin": "http://evil.example"}), 403)
    assert "The address of this page" in shown(browser.get("/pages/approvals?after=abc"), 422)
    assert "for programs" in shown(browser.get("/projects"), 401)
    too_large = browser.post("/pages/login", content=b"x" * (MAX_BODY_BYTES + 1))
    assert "larger than" in shown(too_large, 413)
    sentence(world.client.post("/tokens", content=b"x" * (MAX_BODY_BYTES + 1)), 413)


def test_a_fault_and_a_silent_database_are_pages_too(tmp_path: Path) -> None:
    """Of nobody's making: the second service has a database that is not there, the first a clock that breaks."""

    def broken() -> None:
        raise ZeroDivisionError("the secret of the house")

    nowhere = "postgresql://nobody@127.0.0.1:9/none"
    unreachable = create_engine("postgresql+psycopg://nobody@127.0.0.1:9/none?connect_timeout=2")
    settings = Settings(database_url=nowhere, lake=tmp_path)
    app = create_app(settings, engine=unreachable)
    app.add_api_route("/pages/broken", broken)
    with serving(app) as address, httpx.Client(base_url=address, headers=BY_A_BROWSER) as browser:
        assert "does not answer" in shown(browser.get("/pages/home"), 503)
        page = shown(browser.get("/pages/broken"), 500)
        assert "unforeseen" in page
        assert "secret of the house" not in page
        assert "default-src 'none'" in httpx.get(f"{address}/pages/broken").headers["content-security-policy"]
        sentence(browser.get("/health", headers=BY_A_PROGRAM), 503)
