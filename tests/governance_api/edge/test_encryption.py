"""Over TLS, or behind a proxy that says so and is believed: cookies insist on it, and browsers remember it."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from governance_api.app import create_app
from governance_api.settings import Settings
from tests.fakes.certificates import Authority
from tests.governance_api.serving import serving
from tests.governance_api.world import PASSWORD, MovableClock, World, sentence

HSTS = "strict-transport-security"


def cookies_of(browser: httpx.Client, address: str, headers: dict[str, str]) -> tuple[list[str], httpx.Response]:
    """Signs the admin in; every cookie that was set, and the last answer."""
    form = browser.get(f"{address}/pages/login", headers=headers)
    secret = form.text.split('name="form_secret" value="')[1].split('"')[0]
    form_cookie = form.headers["set-cookie"].split(";")[0]
    answer = browser.post(
        f"{address}/pages/login",
        data={"login": "admin", "password": PASSWORD, "form_secret": secret},
        headers={"Origin": address, **headers, "Cookie": form_cookie},
    )
    assert answer.status_code == 303, answer.text
    set_ones = [*form.headers.get_list("set-cookie"), *answer.headers.get_list("set-cookie")]
    return [each for each in set_ones if "Max-Age=0" not in each], answer


def test_over_tls_cookies_are_secure_and_browsers_stay_with_it(
    world: World, database_url: str, engine: Engine, clock: MovableClock, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    trusting = ssl.create_default_context(cafile=str(authority.file))
    app = create_app(Settings(database_url=database_url, lake=tmp_path), engine=engine, clock=clock)
    with serving(app, certificate=authority.issue()) as address, httpx.Client(verify=trusting) as browser:
        assert address.startswith("https://")
        cookies, answer = cookies_of(browser, address, {})
        assert len(cookies) == 2
        assert all("; Secure" in each for each in cookies)
        assert int(answer.headers[HSTS].removeprefix("max-age=")) >= 31_536_000


def test_without_tls_nothing_claims_it(world: World, address: str) -> None:
    with httpx.Client() as browser:
        for headers in ({}, {"X-Forwarded-Proto": "https"}):
            cookies, answer = cookies_of(browser, address, headers)
            assert not [each for each in cookies if "Secure" in each]
            assert HSTS not in answer.headers


@pytest.fixture(scope="module")
def behind_a_proxy(
    database_url: str, engine: Engine, clock: MovableClock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    settings = Settings(
        database_url=database_url, lake=tmp_path_factory.mktemp("lake"), trusted_proxies=("127.0.0.1", "10.0.0.0/24")
    )
    with serving(create_app(settings, engine=engine, clock=clock)) as address:
        yield address


@contextmanager
def through_the_proxy(address: str) -> Iterator[httpx.Client]:
    """What a proxy on this machine sends: the browser's own `Host`, and by what it came."""
    with httpx.Client(base_url=address, headers={"Host": "mining.example"}) as client:
        yield client


def test_a_trusted_proxy_says_that_the_browser_came_by_https(world: World, behind_a_proxy: str) -> None:
    with httpx.Client() as browser:
        headers = {"X-Forwarded-Proto": "https", "Host": "mining.example", "Origin": "https://mining.example"}
        cookies, answer = cookies_of(browser, behind_a_proxy, headers)
        assert all("; Secure" in each for each in cookies)
        assert HSTS in answer.headers


@pytest.mark.parametrize(
    ("passed_on", "seen"),
    [("6.6.6.{}, 192.0.2.7, 10.0.0.9", "192.0.2.7"), ("192.0.2.9, ::ffff:10.0.0.{}", "192.0.2.9")],
    ids=["forged", "a proxy as sockets of IPv6 write it"],
)
def test_attempts_are_counted_by_what_a_trusted_proxy_saw(
    world: World, behind_a_proxy: str, passed_on: str, seen: str
) -> None:
    with through_the_proxy(behind_a_proxy) as client:
        body = {"login": "somebody", "password": "guess"}
        for number in range(5):
            forwarded = {"X-Forwarded-For": passed_on.format(number)}
            sentence(client.post("/tokens", json=body, headers=forwarded), 401)
        sentence(client.post("/tokens", json=body, headers={"X-Forwarded-For": seen}), 429)
        sentence(client.post("/tokens", json=body, headers={"X-Forwarded-For": "192.0.2.8"}), 401)
