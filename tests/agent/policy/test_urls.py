"""Of an address, origin and path are kept; what it carries is not."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.policy.urls import address_template, origin_and_path


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("", ""),
        ("https://user:pw@shop.example:8443/a/b?c=d#e", "https://shop.example:8443/a/b"),
        ("http://[::1]:80/x;jsessionid=1", "http://[::1]:80/x"),
        ("HTTPS://Shop.Example/A", "https://shop.example/A"),
        ("data:text/html,secret", "data:"),
        ("file:///home/jane/letter.txt", "file:"),
        ("https://[broken", ""),
        ("about:blank", "about:"),
    ],
)
def test_origin_and_path_is_all_that_is_kept(url: str, kept: str) -> None:
    assert origin_and_path(url) == kept


@given(st.text(alphabet="abc123", min_size=8), st.sampled_from(["?", "#", "?q=", "#/"]))
def test_nothing_behind_a_question_mark_or_hash_survives(secret: str, mark: str) -> None:
    assert secret not in origin_and_path(f"https://example.org/path{mark}zz{secret}")


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/orders", "/orders"),
        ("/orders/4711/edit", "/orders/{…}/edit"),
        ("/orders/INC0012345", "/orders/{…}"),
        ("/api/v2/purchase-orders/list", "/api/v2/purchase-orders/list"),
        ("/invite/jane@example.org", "/invite/{…}"),
        ("/invite/jane%40example.org/", "/invite/{…}/"),
        ("/users/jane-doe/settings", "/users/{…}/settings"),
        ("/Patients/Doe", "/Patients/{…}"),
        ("/~jane/letters", "/{…}/letters"),
        ("/@jane", "/{…}"),
        ("/anna.mueller/start", "/{…}/start"),
        ("/jane.doe1980", "/{…}"),
        ("/reset/9f8a7b6c5d4e3f2a", "/reset/{…}"),
        ("/reset/deadbeefcafe", "/reset/{…}"),
        ("/reset/xKjQwErTzPoLmNbV", "/reset/{…}"),
        ("/reset/qwrtzpsdfghjk", "/reset/{…}"),
        ("/reset/eyJhbGciOiJIUzI", "/reset/{…}"),
        ("/t/550e8400-e29b-41d4-a716-446655440000", "/t/{…}"),
        ("/wiki/Depression", "/wiki/{…}"),
        ("/search/my%20illness", "/search/{…}"),
        ("/how-i-survived-my-long-illness", "/{…}"),
        ("/M%C3%BCller", "/{…}"),
        ("/files/Dismissal_Doe.pdf", "/files/{…}"),
        ("/letter/Dismissal.pdf", "/letter/{…}"),
        ("/nav/ui/classic/params/target/incident_list.do", "/nav/ui/classic/params/target/incident_list.do"),
        ("/shop/index.html", "/shop/index.html"),
        ("/createPurchaseOrder", "/createPurchaseOrder"),
        ("/sap/bc/gui", "/sap/bc/gui"),
        ("//a//", "//a//"),
    ],
)
def test_of_a_path_its_plain_words_are_kept(path: str, kept: str) -> None:
    assert address_template(f"https://shop.example:8443{path}?q=1#f") == f"https://shop.example:8443{kept}"


@given(st.text(min_size=1).map(lambda text: quote(text, safe="")))
def test_a_segment_is_kept_whole_or_not_at_all_and_a_template_stays_as_it_is(segment: str) -> None:
    url = address_template(f"https://example.org/a/{segment}")
    assert url in {f"https://example.org/a/{segment}", "https://example.org/a/{…}"}
    assert address_template(url) == url


@given(st.from_regex(r"[a-z]*[0-9][a-z0-9._-]*", fullmatch=True))
def test_nothing_with_a_digit_in_it_is_kept_but_a_version(segment: str) -> None:
    kept = address_template(f"https://example.org/{segment}").removeprefix("https://example.org/")
    assert kept == "{…}" or (kept == segment and segment.startswith("v"))


def test_other_schemes_and_broken_addresses_have_no_path() -> None:
    assert [address_template(each) for each in ("", "file:///home/jane", "https://[broken")] == ["", "file:", ""]
