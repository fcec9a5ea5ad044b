"""Who is meant by a request to Superset: the governance session decides, and Superset's own neither outlives it nor
outranks it.
"""

from typing import Any

import pytest

from tests.superset.loading import loaded

rules = loaded("session_rules")
ADDRESSES = rules.Addresses(own_url="http://127.0.0.1:8702/", governance_url="http://127.0.0.1:8700")
LOCAL = {"_user_id": "1", "csrf_token": "x"}
STAYS, ANEW, ENDS = rules.Outcome.STAYS, rules.Outcome.BEGINS_ANEW, rules.Outcome.ENDS


def beside(cookie: str) -> dict[str, Any]:
    """The local account signed in while the browser showed this governance cookie."""
    return LOCAL | {"beside_cookie": rules.digest(cookie)}


@pytest.mark.parametrize(
    ("session", "cookie", "session_id", "expected"),
    [
        ({}, "", None, STAYS),
        ({"csrf_token": "of a stranger"}, "forged", None, STAYS),
        ({"csrf_token": "of a stranger"}, "good", 7, ANEW),
        ({"governance_session": 7, "csrf_token": "x"}, "good", 7, STAYS),
        ({"governance_session": 7, "csrf_token": "x"}, "of another", 8, ANEW),
        ({"governance_session": 7, "csrf_token": "x"}, "expired", None, ENDS),
        ({"governance_session": 7, "csrf_token": "x"}, "", None, ENDS),
        (LOCAL, "", None, ENDS),
        (LOCAL, "good", 7, ANEW),
        (LOCAL | {"governance_session": 7}, "good", 7, ANEW),
        (beside(""), "", None, STAYS),
        (beside(""), "good", 7, ANEW),
        (beside(""), "forged", None, ENDS),
        (beside("former"), "", None, ENDS),
        (beside("former"), "good", 7, ANEW),
        (beside("good"), "good", 7, STAYS),
    ],
)
def test_a_session_of_supersets_own_neither_outlives_nor_outranks_the_cookie(
    session: dict[str, Any], cookie: str, session_id: int | None, expected: Any
) -> None:
    assert rules.outcome(session, cookie=cookie, session_id=session_id) is expected


def test_a_stranger_is_led_to_the_sign_in_and_back_to_this_server_only() -> None:
    def back(then: str) -> str:
        address: str = ADDRESSES.sign_in(then, own=["http://boards.internal/"])
        return address.removeprefix("http://127.0.0.1:8700/pages/login?return_to=http%3A%2F%2F127.0.0.1%3A8702")

    for origin in ("", "http://127.0.0.1:8702", "http://boards.internal"):
        assert back(f"{origin}/superset/dashboard/a/?b=c&d=e") == "%2Fsuperset%2Fdashboard%2Fa%2F%3Fb%3Dc%26d%3De"
    for hostile in (
        "http://127.0.0.1:8702//evil.example/",
        "http://127.0.0.1:8702@evil.example/",
        "http://boards.internal.evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "http://evil.example/",
        "@evil.example/",
        ":80/",
        "",
        "/a b",
    ):
        assert back(hostile) == "%2F", hostile


OWN = ["http://127.0.0.1:8702", "http://boards.internal/"]


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("GET", {"Origin": "http://evil.example"}, True),
        ("POST", {"Origin": "http://127.0.0.1:8702"}, True),
        ("POST", {"Origin": "http://boards.internal"}, True),
        ("POST", {"Origin": "http://127.0.0.1:8700"}, False),
        ("PUT", {"Origin": "null"}, False),
        ("DELETE", {}, False),
        ("POST", {"Sec-Fetch-Site": "same-site"}, False),
        ("POST", {"Sec-Fetch-Site": "same-origin"}, True),
        ("POST", {"Authorization": "Bearer x"}, True),
    ],
)
def test_what_other_pages_make_a_browser_send_is_known(method: str, headers: dict[str, str], expected: bool) -> None:
    assert rules.is_own_request(method, headers, own=OWN) is expected
