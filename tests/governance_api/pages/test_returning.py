"""Whoever came from Dagster or Superset to sign in is led back there, and nobody is led anywhere else."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from governance_api.pages.returning import RETURN_COOKIE, is_safe_return
from governance_api.settings import Settings, settings_from_environment
from tests.governance_api.pages.test_pages import form_secret
from tests.governance_api.world import PASSWORD, World

RUNS = "http://127.0.0.1:8701/runs?view=all"
BOARD = "http://127.0.0.1:8702/superset/dashboard/overall-activity/?native_filters_key=a~b"


@pytest.fixture
def browser(address: str, world: World) -> Iterator[httpx.Client]:
    world.analyst()
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60, headers={"Origin": address}) as browser:
        yield browser


def signed_in_from(browser: httpx.Client, return_to: str) -> httpx.Response:
    secret = form_secret(browser.get("/pages/login", params={"return_to": return_to}))
    return browser.post("/pages/login", data={"login": "ana", "password": PASSWORD, "form_secret": secret})


@pytest.mark.parametrize("place", [RUNS, BOARD])
def test_who_came_from_another_server_of_ours_is_led_back_once(browser: httpx.Client, place: str) -> None:
    page = signed_in_from(browser, place)
    assert page.url.path == "/pages/onward"
    assert f'content="0; url={place}"' in page.text
    assert f'href="{place}"' in page.text
    assert RETURN_COOKIE not in browser.cookies


def test_who_is_signed_in_already_goes_on_by_a_link_and_not_round_for_ever(browser: httpx.Client) -> None:
    signed_in_from(browser, "")
    page = browser.get("/pages/login", params={"return_to": BOARD})
    assert f'href="{BOARD}"' in page.text
    assert "http-equiv" not in page.text
    assert "evil.example" not in browser.get("/pages/login", params={"return_to": "https://evil.example/"}).text


def test_a_place_of_somebody_else_is_as_none(browser: httpx.Client) -> None:
    assert signed_in_from(browser, "https://evil.example/").url.path == "/pages/account"
    browser.cookies.clear()
    browser.cookies.set(RETURN_COOKIE, "https%3A%2F%2Fevil.example%2F", domain="127.0.0.1", path="/pages")
    assert "evil.example" not in browser.get("/pages/onward").text


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/runs",
        "//127.0.0.1:8701/",
        "http://127.0.0.1:8703/",
        "http://127.0.0.1:8702.evil.example/",
        "http://evil.example/@127.0.0.1:8702/",
        "http://user:pass@127.0.0.1:8702/",
        "http:\\\\evil.example",
        "https://127.0.0.1:8701/",
        "http://127.0.0.1:8701@evil.example/",
        "http://evil.example:8701/",
        "http://127.0.0.1:8701\\@evil.example/",
        "http://127.0.0.1:8701/\nx",
        "http://127.0.0.1:8701/" + "x" * 1_000,
        "javascript:alert(1)",
        "http://[",
    ],
)
def test_only_plain_addresses_of_ours_are_safe(address: str) -> None:
    settings = Settings(database_url="", lake=Path("lake"))
    assert is_safe_return(RUNS, settings)
    assert not is_safe_return(address, settings)


def test_behind_a_proxy_the_public_address_is_the_one_to_return_to() -> None:
    public = {"TASK_MINING_DATABASE_URL": "postgresql://x", "TASK_MINING_DAGSTER_PUBLIC_URL": "https://mining.example"}
    public |= {"TASK_MINING_SUPERSET_PUBLIC_URL": "https://Boards.example/"}
    settings = settings_from_environment(public | {"TASK_MINING_DAGSTER_URL": "http://127.0.0.1:8701"})
    assert is_safe_return("https://boards.example/superset/dashboard/1/", settings)
    assert not is_safe_return(BOARD, settings)
    assert is_safe_return("https://mining.example/runs", settings)
    assert not is_safe_return(RUNS, settings)
