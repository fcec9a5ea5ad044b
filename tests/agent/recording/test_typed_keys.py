"""Keys are counted in the window where they were pressed; of a secret field it is told that it was used, once."""

from functools import partial
from pathlib import Path

import pytest

from agent.capture.observations import BrowserSeen, FieldFocused, KeyCounted, WindowSeen
from agent.policy.drafts import ObservedContext
from domain.event_kinds import EventKind
from tests.agent.builders import NOW, SECOND, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_keys_belong_to_the_window_in_which_they_were_pressed(desk: Desk) -> None:
    desk.window(0, "editor", "letter")
    for number in range(5):
        desk.see(KeyCounted(desk.at(1 + number / 10)))
    desk.window(1.5, "mail", "inbox")
    desk.see(KeyCounted(desk.at(1.6)))
    typed = [event for event in desk.events if event.kind is EventKind.TYPED]
    assert [(event.window_title, event.key_count) for event in typed] == [("letter", 5), ("inbox", 1)]
    assert [event.sequence for event in desk.events] == list(range(len(desk.events)))


def test_keys_in_a_secret_field_are_told_as_used_once_and_not_counted(desk: Desk) -> None:
    desk.see(FieldFocused(desk.at(0), is_secret=False))
    desk.window(0, "mail", "account")
    for number in range(5):
        desk.see(KeyCounted(desk.at(1 + number / 10)))
    desk.see(KeyCounted(desk.at(2)))  # the first of the password, heard before the field is
    desk.see(FieldFocused(desk.at(2.05), is_secret=True))
    for number in range(100):
        desk.see(KeyCounted(desk.at(2.1 + number / 10)))
    desk.see(FieldFocused(desk.at(13), is_secret=False), KeyCounted(desk.at(13.1)))
    desk.at(17)
    typed = [(event.element_role, event.key_count) for event in desk.events if event.kind is EventKind.TYPED]
    assert sorted(typed) == [("", 1), ("", 5), ("secret", 0)]


def test_a_secret_field_ends_with_its_window(desk: Desk) -> None:
    desk.see(WindowSeen(desk.at(0), ObservedContext("mail", "account"), window=1))
    desk.see(FieldFocused(desk.at(1), is_secret=True))
    desk.see(WindowSeen(desk.at(5), ObservedContext("editor", "letter"), window=2), KeyCounted(desk.at(6)))
    desk.at(9)
    assert [(e.window_title, e.key_count) for e in desk.events if e.kind is EventKind.TYPED] == [("letter", 1)]


def test_keys_of_a_page_with_a_secret_field_in_use_are_not_counted_nor_those_of_a_browser_nobody_explains(
    desk: Desk,
) -> None:
    desk.window(0, "chromium", "Sign in - Chromium")
    page = partial(BrowserSeen, window_title="Sign in", url="https://shop.example/")
    desk.see(page(desk.at(0), EventKind.WINDOW_FOCUSED), KeyCounted(desk.at(1)), KeyCounted(desk.at(2.1)))
    desk.see(page(desk.at(2.2), EventKind.WINDOW_FOCUSED, secret_us=NOW + 2 * SECOND), KeyCounted(desk.at(2.3)))
    desk.see(KeyCounted(desk.at(3)), page(desk.at(4), EventKind.WINDOW_FOCUSED), KeyCounted(desk.at(5)))
    desk.window(10, "firefox", "Sign in — Mozilla Firefox")
    desk.see(KeyCounted(desk.at(11)), KeyCounted(desk.at(11.1)))
    desk.at(20)
    typed = [(e.application, e.element_role, e.key_count) for e in desk.events if e.kind is EventKind.TYPED]
    assert sorted(typed) == [("chromium", "", 1), ("chromium", "", 1), ("chromium", "secret", 0), ("firefox", "", 0)]
