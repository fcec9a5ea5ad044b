"""Signing in through a real OpenID provider in a process of its own, as a browser does it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from governance_api.app import create_app
from governance_api.bootstrap import bootstrap
from governance_api.settings import OpenIdSettings, Settings
from standalone.ports import LOOPBACK, free_port
from tests.fakes.openid import NoProviderHereError, RunningProvider, running_provider
from tests.governance_api.conftest import FIRST_SECRETS
from tests.governance_api.serving import serving
from tests.governance_api.world import PASSWORD, MovableClock, World, sentence

pytestmark = pytest.mark.node

BEGIN, CALLBACK, HOME = "/pages/openid/begin", "/pages/openid/callback", "/pages/account"
ROLES = {"Mining Managers": "manager", "cn=Analysts,dc=example": "analyst"}
PEOPLE = {
    "s-1": {"preferred_username": "olga", "name": "Olga Open", "groups": ["cn=Analysts,dc=example", "Everybody"]},
    "s-2": {"preferred_username": "admin", "name": "Not the admin", "groups": ["Mining Managers"]},
    "s-3": {"preferred_username": "nobody", "name": "No Role", "groups": ["Everybody"]},
    "s-4": {"preferred_username": "invited", "name": "In Vited", "groups": ["Mining Managers"]},
    "s-5": {"preferred_username": "PIPELINES", "name": "Pipes", "groups": ["Mining Managers"]},
    "s-6": {"name": "Without a login", "groups": ["Mining Managers"]},
    "s-7": {"preferred_username": "clara", "name": "Clara", "groups": ["Mining Managers"]},
}


@pytest.fixture(scope="module")
def service_address() -> str:
    return f"http://{LOOPBACK}:{free_port()}"


@pytest.fixture(scope="module")
def provider(service_address: str) -> Iterator[RunningProvider]:
    places = {"redirect_uri": service_address + CALLBACK, "signed_out_uri": f"{service_address}/pages/login"}
    try:
        with running_provider(**places, people=PEOPLE) as provider:
            yield provider
    except NoProviderHereError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def app(
    *,
    engine: Engine,
    database_url: str,
    clock: MovableClock,
    tmp_path_factory: pytest.TempPathFactory,
    provider: RunningProvider,
    service_address: str,
) -> FastAPI:
    bootstrap(engine, FIRST_SECRETS, now=clock())
    openid = OpenIdSettings(
        issuer=provider.issuer,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        roles_of_groups=ROLES,
    )
    lake: Path = tmp_path_factory.mktemp("lake")
    settings = Settings(
        database_url=database_url, lake=lake, api_url=service_address, openid=openid, local_sign_in="admin"
    )
    return create_app(settings, engine=engine, clock=clock)


@pytest.fixture(scope="module")
def address(app: FastAPI, service_address: str) -> Iterator[str]:
    with serving(app, port=int(service_address.rpartition(":")[2])) as address:
        yield address


@contextmanager
def browser(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60, headers={"Origin": address}) as browser:
        yield browser


def way_back(browser: httpx.Client, subject: str) -> str:
    """Begins here, signs in at the provider, and stops at the address that leads back."""
    answer = browser.get(BEGIN)
    assert answer.status_code == 307
    while not (place := answer.headers.get("location", "")).startswith(str(browser.base_url).rstrip("/")):
        answer = browser.get(answer.url.join(place)) if place else browser.post(answer.url, data={"subject": subject})
    return str(place)


def signed_in(browser: httpx.Client, subject: str) -> httpx.Response:
    return browser.get(way_back(browser, subject), follow_redirects=True)


def me(browser: httpx.Client) -> dict[str, object]:
    answer: dict[str, object] = browser.get("/sessions/current").json()
    return answer


def test_somebody_new_gets_an_account_with_the_roles_of_their_groups(world: World, address: str) -> None:
    with browser(address) as olga:
        page = signed_in(olga, "s-1")
        assert page.url.path == HOME
        assert "Olga Open" in page.text
        assert "keeps your password" in page.text
        assert (me(olga)["login"], me(olga)["roles"]) == ("olga", ["analyst"])
    accounts = world.done(world.client.get("/accounts", headers=world.admin))
    assert [each["roles"] for each in accounts if each["login"] == "olga"] == [["analyst"]]


def test_whoever_came_from_the_dashboards_is_led_back_there(address: str) -> None:
    board = "http://127.0.0.1:8702/superset/dashboard/overall-activity/"
    with browser(address) as olga:
        olga.get("/pages/login", params={"return_to": board})
        page = signed_in(olga, "s-1")
        assert page.url.path == "/pages/onward"
        assert f'content="0; url={board}"' in page.text


def test_the_way_there_asks_for_a_code_with_pkce_state_and_nonce(address: str) -> None:
    with browser(address) as olga:
        answer = olga.get(BEGIN)
        asked = parse_qs(urlsplit(answer.headers["location"]).query)
        assert (asked["response_type"], asked["code_challenge_method"]) == (["code"], ["S256"])
        assert len({asked["state"][0], asked["nonce"][0], asked["code_challenge"][0]}) == 3
        cookie = answer.headers["set-cookie"]
        assert {"HttpOnly", "SameSite=lax", "Path=/pages/openid"} <= set(cookie.split("; "))
        assert asked["state"][0] not in cookie


def test_roles_follow_the_groups_at_the_next_sign_in(provider: RunningProvider, world: World, address: str) -> None:
    with browser(address) as clara, browser(address) as elsewhere:
        signed_in(clara, "s-7")
        assert me(clara)["roles"] == ["manager"]
        provider.know("s-7", preferred_username="clara.married", name="Clara M.", groups=["cn=Analysts,dc=example"])
        signed_in(elsewhere, "s-7")
        assert (me(clara)["login"], me(clara)["display_name"], me(clara)["roles"]) == ("clara", "Clara M.", ["analyst"])
        provider.know("s-7", preferred_username="clara", name="Clara M.", groups=[])
        assert "gives you no role here" in signed_in(elsewhere, "s-7").text
        assert clara.get("/sessions/current").status_code == 401
    accounts = world.done(world.client.get("/accounts", headers=world.admin))
    assert [each["roles"] for each in accounts if each["login"] == "clara"] == [[]]


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("s-2", "belongs to an account"),
        ("s-3", "gives you no role here"),
        ("s-5", "belongs to an account"),
        ("s-6", "no usable claim preferred_username"),
    ],
)
def test_the_provider_gives_nobody_what_is_another_ones(address: str, subject: str, words: str) -> None:
    with browser(address) as stranger:
        assert words in signed_in(stranger, subject).text
        assert stranger.get("/sessions/current").status_code == 401


def test_an_account_that_an_admin_made_for_somebody_becomes_theirs(world: World, address: str) -> None:
    body = {"login": "Invited", "display_name": "To come", "roles": ["analyst"]}
    made = world.done(world.client.post("/accounts", json=body, headers=world.admin))
    with browser(address) as invited:
        signed_in(invited, "s-4")
        assert (me(invited)["account_id"], me(invited)["roles"]) == (made["account_id"], ["manager"])
        change = {"is_active": False}
        world.done(world.client.patch(f"/accounts/{made['account_id']}", json=change, headers=world.admin))
        assert "is closed" in signed_in(invited, "s-4").text


def test_a_way_back_is_good_once_and_in_the_browser_that_began(address: str) -> None:
    with browser(address) as olga, browser(address) as thief:
        stolen = way_back(olga, "s-1")
        assert "not begun in this browser" in thief.get(stolen).text
        thief.get(BEGIN)
        assert "not begun in this browser" in thief.get(stolen).text
        cookie = olga.cookies["task_mining_openid"]
        assert olga.get(stolen, follow_redirects=True).url.path == HOME
        olga.cookies.clear()
        olga.cookies.set("task_mining_openid", cookie, path="/pages/openid")
        assert "invalid_grant" in olga.get(stolen).text


def test_a_code_of_another_sign_in_is_refused_by_its_verifier(address: str) -> None:
    with browser(address) as olga, browser(address) as thief:
        code = parse_qs(urlsplit(way_back(olga, "s-1")).query)["code"][0]
        state = parse_qs(urlsplit(way_back(thief, "s-1")).query)["state"][0]
        page = thief.get(f"{CALLBACK}?{urlencode({'code': code, 'state': state})}")
        assert "invalid_grant" in page.text
        assert thief.get("/sessions/current").status_code == 401


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?code=x&state=y", "?state=" + "é" * 50])
def test_a_way_back_that_is_none_is_answered_in_words(address: str, query: str) -> None:
    with browser(address) as olga:
        olga.get(BEGIN)
        page = olga.get(CALLBACK + query)
        assert page.status_code == 401
        assert "begin it again" in page.text


def test_a_provider_that_refuses_is_quoted(address: str) -> None:
    with browser(address) as olga:
        state = parse_qs(urlsplit(olga.get(BEGIN).headers["location"]).query)["state"][0]
        page = olga.get(f"{CALLBACK}?{urlencode({'error': 'access_denied', 'state': state})}")
        assert "access_denied" in page.text
        mixed_up = {"code": "x", "state": state, "iss": "https://elsewhere.example"}
        assert "another provider answered" in olga.get(f"{CALLBACK}?{urlencode(mixed_up)}").text


def test_passwords_are_switched_off_but_for_the_one_that_helps(world: World, address: str) -> None:
    body = {"login": "olga", "password": PASSWORD}
    assert "switched off" in sentence(world.client.post("/tokens", json=body), 403)
    assert world.client.post("/tokens", json={"login": "ADMIN", "password": PASSWORD}).status_code == 200
    with browser(address) as somebody:
        page = somebody.get("/pages/login").text
        assert "Sign in through your organisation" in page
        assert "password for emergencies" in page


def test_signing_out_leads_to_the_provider_too(provider: RunningProvider, address: str) -> None:
    with browser(address) as olga:
        secret = re.search(r'name="form_secret" value="([^"]+)"', signed_in(olga, "s-1").text)
        assert secret
        page = olga.post("/pages/logout", data={"form_secret": secret[1]}, follow_redirects=True)
        assert "/pages/openid/sign-out" in page.text
        assert olga.get("/sessions/current").status_code == 401
        there = olga.get("/pages/openid/sign-out").headers["location"]
        assert there.startswith(f"{provider.issuer}/session/end?")
        assert olga.get(there).status_code == 200


def test_a_provider_that_is_away_or_another_one_is_said_and_passwords_go_on(
    app: FastAPI, clock: MovableClock, engine: Engine
) -> None:
    settings: Settings = app.state.settings
    assert settings.openid
    wrong = (
        replace(settings.openid, issuer=f"http://{LOOPBACK}:{free_port()}"),
        replace(settings.openid, issuer=settings.openid.issuer + "/"),
    )
    for openid in wrong:
        other = create_app(replace(settings, openid=openid), engine=engine, clock=clock)
        with serving(other) as address, browser(address) as somebody:
            page = somebody.get(BEGIN)
            assert page.status_code == 503
            assert "TASK_MINING_OPENID_ISSUER" in page.text
            body = {"login": "admin", "password": PASSWORD}
            assert somebody.post("/tokens", json=body).status_code == 200
