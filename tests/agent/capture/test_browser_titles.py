"""Which windows are a browser's, and what a title tells: nothing in Chromium, enough in Firefox, in any language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.capture.browser_titles import (
    chromium_brand,
    is_browser,
    is_ordinary_firefox,
    is_private_start,
    without_query,
)
from agent.policy.drafts import ObservedContext


@pytest.mark.parametrize(
    ("application", "window_class", "brand"),
    [
        ("chromium", "Chromium", "chromium"),
        ("chrome", "Google-chrome", "chrome"),
        ("chrome.exe", "", "chrome"),
        ("Google Chrome", "", "chrome"),
        ("msedge.exe", "", "edge"),
        ("msedge", "Microsoft-edge", "edge"),
        ("brave", "Brave-browser", "brave"),
        ("vivaldi-bin", "Vivaldi-stable", "vivaldi"),
        ("opera", "Opera", "opera"),
        ("kthreadd", "Google-chrome", "chrome"),  # a process number of another namespace
        ("Safari", "com.apple.Safari", "safari"),
        ("xterm", "XTerm", ""),
        ("operator", "Operator", ""),
    ],
)
def test_a_browser_is_known_by_its_program_or_its_windows_class(
    application: str, window_class: str, brand: str
) -> None:
    assert chromium_brand(application, window_class) == brand
    assert is_browser(ObservedContext(application, "", "", window_class)) is bool(brand)


@pytest.mark.parametrize(
    ("window_title", "is_ordinary"),
    [
        ("Intranet — Mozilla Firefox", True),
        ("Mozilla Firefox", True),
        ("Intranet – Mozilla Firefox", True),
        ("Intranet — Firefox Developer Edition", True),
        ("My illness — Mozilla Firefox Private Browsing", False),
        ("Mozilla Firefox Private Browsing", False),
        ("Meine Krankheit — Mozilla Firefox Privater Modus", False),
        ("Ma maladie — Navigation privée de Mozilla Firefox", False),
        ("Mi enfermedad — Navegación privada de Mozilla Firefox", False),
        ("病気 — Mozilla Firefox プライベートブラウジング", False),
        ("My illness (Private Browsing)", False),
        ("Library", False),
        ("", False),
    ],
)
def test_firefox_names_an_ordinary_window_by_its_own_name_alone(window_title: str, is_ordinary: bool) -> None:
    assert is_ordinary_firefox(window_title) is is_ordinary


@given(st.text(max_size=40), st.text(min_size=1, max_size=20).filter(lambda text: text.strip()))
def test_whatever_words_a_language_adds_to_firefoxs_name_the_window_is_not_ordinary(page: str, words: str) -> None:
    assert not is_ordinary_firefox(f"{page} — Mozilla Firefox {words} x")


@pytest.mark.parametrize(
    ("arguments", "is_private"),
    [
        (("--incognito",), True),
        (("-incognito", "https://a.example"), True),
        (("--inprivate",), True),
        (("-private",), True),
        (("--private-window",), False),  # of that window its title tells
        (("https://a.example/--incognito", "private"), False),
        ((), False),
    ],
)
def test_a_browser_started_privately_as_a_whole_says_so_on_its_command_line(
    arguments: tuple[str, ...], is_private: bool
) -> None:
    assert is_private_start(arguments) is is_private


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("127.0.0.1:4088/order?name=Jane#top", "127.0.0.1:4088/order"),
        ("intranet.example/a/?q=my%20illness — Mozilla Firefox", "intranet.example/a/ — Mozilla Firefox"),
        ("https://intranet.example/#illness", "https://intranet.example/"),
        ("What next? Ask/answer", "What next? Ask/answer"),
        ("Order form", "Order form"),
        ("shop.example/reset/9f8a7b?x=1 - Mozilla Firefox", "shop.example/reset/{…} - Mozilla Firefox"),
        ("localhost:8000/users/jane", "localhost:8000/users/{…}"),
        ("https://[::1]:80/a/4711", "https://[::1]:80/a/{…}"),
        ("TCP/IP 4711 and/or 12", "TCP/IP 4711 and/or 12"),
    ],
)
def test_of_a_page_without_a_title_only_the_way_to_it_is_named(title: str, kept: str) -> None:
    assert without_query(title) == kept
