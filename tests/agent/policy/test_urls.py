"""Of an address, origin and path are kept; what it carries is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.policy.urls import origin_and_path


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
