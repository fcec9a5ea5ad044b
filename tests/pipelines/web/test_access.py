"""Who is let through to Dagster's own web server, by host, session, role, origin and kind of body."""

import httpx
import pytest

from pipelines.web.bodies import MAX_BODY_BYTES
from pipelines.web.sessions import SESSION_COOKIE
from tests.pipelines.web.conftest import API, Served

QUERY = {"query": "{ version }"}
LAUNCH_BY_ADDRESS = 'mutation { deleteRun(runId: "x") { __typename } }'


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(served: Served) -> None:
    answer = served.client.get("/runs?a=b", headers={"Accept": "text/html"})
    assert answer.status_code == 303
    wanted = served.url.replace(":", "%3A").replace("/", "%2F")
    assert answer.headers["location"] == f"{API}/pages/login?return_to={wanted}%2Fruns%3Fa%3Db"
    assert served.post(QUERY, {"Origin": served.url}).status_code == 401
    for path in ("/server_info", "/logs/x", "/download_debug/x", "/"):
        assert served.client.get(path).status_code == 401, path


@pytest.mark.parametrize(
    "cookies",
    [
        'x={{"a": 1}}; {ours}',
        "{ours}; x=[1, 2]",
        "consent=a b,c; {ours}",
        "=; ;; x; {ours}",
        "\xe9=\xff; {ours}",
        'x="a\\073b"; {ours}; y="',
    ],
)
def test_whatever_other_cookies_a_host_has_ours_is_found(served: Served, cookies: str) -> None:
    sent = cookies.format(ours=f"{SESSION_COOKIE}=admin").encode("latin-1")
    headers = [(b"Cookie", sent), (b"Origin", served.url.encode())]
    assert served.client.post("/graphql", json=QUERY, headers=headers).status_code == 200


def test_a_cookie_is_what_was_sent_and_nothing_that_it_may_mean(served: Served) -> None:
    for forged in ("xadmin", "admin, a", f"a {SESSION_COOKIE}=admin", f"x={SESSION_COOKIE}=admin"):
        sent = served.sent_by("admin", Cookie=f"x{SESSION_COOKIE}={forged}")
        assert served.post(QUERY, sent).status_code == 401


@pytest.mark.parametrize(
    ("role", "status"),
    [(role, 200) for role in ("admin", "power_user", "analyst", "guardian", "dagster")]
    + [(role, 403) for role in ("manager", "stakeholder", "workstation_user", "pipelines", "superset")],
)
def test_roles_decide_who_looks(served: Served, role: str, status: int) -> None:
    assert served.post(QUERY, served.sent_by(role)).status_code == status
    page = served.client.get("/runs", headers=served.sent_by(role, Accept="text/html"))
    assert page.status_code == status
    assert page.headers["X-Frame-Options"] == "DENY"
    assert (f'href="{API}/"' in page.text) == (status == 403)


def test_what_other_sites_make_a_browser_send_is_refused(served: Served) -> None:
    def status(**headers: str) -> int:
        return served.post(QUERY, served.sent_by("admin", **headers)).status_code

    cookie = {"Cookie": f"{SESSION_COOKIE}=admin"}
    assert status() == 200
    assert status(Host="evil.example") == 421
    assert status(Origin="http://127.0.0.1:8702") == 403
    assert status(Origin="null") == 403
    assert served.post(QUERY, cookie).status_code == 403
    plain = served.sent_by("admin", **{"Content-Type": "text/plain"})
    assert served.client.post("/graphql", params=QUERY, content="x", headers=plain).status_code == 415
    assert served.post(QUERY, {"Authorization": "Bearer admin"}).status_code == 200


def test_it_is_also_reached_where_a_proxy_serves_it(served: Served) -> None:
    public = {"Host": "mining.example", "Origin": "https://mining.example"}
    assert served.post(QUERY, served.sent_by("admin", **public)).status_code == 200
    assert (
        served.post(QUERY, served.sent_by("admin", **public | {"Origin": "http://mining.example"})).status_code == 403
    )


def test_nothing_is_changed_by_get_or_beside_graphql(served: Served) -> None:
    sent = served.sent_by("admin")
    by_get = served.client.get("/graphql", params={"query": LAUNCH_BY_ADDRESS}, headers=sent)
    assert by_get.status_code == 405
    assert served.client.post("/report_asset_materialization/x", json={}, headers=sent).status_code == 404
    assert served.client.get("/notebook?path=x.ipynb", headers=sent).status_code == 404
    assert served.client.put("/runs", json={}, headers=sent).status_code == 405
    assert not served.sessions.recorded


def test_bodies_are_one_query_within_bounds(served: Served) -> None:
    sent = served.sent_by("admin")

    def answer(content: bytes) -> httpx.Response:
        return served.client.post("/graphql", content=content, headers=sent | {"Content-Type": "application/json"})

    assert served.post([QUERY], sent).status_code == 400
    assert answer(b"").status_code == 400
    assert answer(b"[" * 100_000).status_code == 400
    assert answer(b'"' + b"x" * MAX_BODY_BYTES + b'"').status_code == 413


def test_where_the_governance_service_is_silent_nobody_passes(served: Served) -> None:
    served.sessions.is_silent = True
    assert served.post(QUERY, served.sent_by("admin")).status_code == 503
    assert served.client.get("/health").json() == {"is_well": True}
    assert served.client.get("/health", headers={"Host": "evil.example"}).status_code == 421
