"""Of a browser only what its extension vouches for is told: which windows, by which word; of private ones nothing."""

from functools import partial
from pathlib import Path

import pytest

from agent.capture.observations import (
    BrowserGone,
    BrowserSeen,
    ChordSeen,
    ClickSeen,
    ClipboardChanged,
    KeyCounted,
    ScrollSeen,
    WindowSeen,
)
from agent.policy.drafts import ElementSlot, ObservedContext
from domain.event_batches import Element
from domain.event_kinds import EventKind
from tests.agent.builders import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_click_seen_by_browser_and_desktop_is_one_click(desk: Desk) -> None:
    desk.window(0, "chromium", "Order form - Chromium")
    page = partial(BrowserSeen, window_title="Order form", url="https://shop.example/order")
    desk.see(page(desk.at(0.1), EventKind.WINDOW_FOCUSED))
    desk.see(ClickSeen(desk.at(1)))
    desk.see(page(desk.at(1.04), EventKind.CLICKED, element=Element("button", "Save order")))
    desk.see(page(desk.at(2), EventKind.CLICKED, element=Element("tab", "Next")))
    desk.see(ClickSeen(desk.at(2.02)))
    desk.see(ClickSeen(desk.at(3)))  # on the tab bar: nobody else tells of it
    desk.at(6)
    clicks = [event for event in desk.events if event.kind is EventKind.CLICKED]
    assert sorted((event.element_name, event.source) for event in clicks) == [
        ("", "agent"),
        ("Next", "browser"),
        ("Save order", "browser"),
    ]


def test_a_private_browser_window_loses_its_title_while_the_extension_speaks(desk: Desk) -> None:
    desk.window(0, "chromium", "Intranet - Chromium")
    desk.see(BrowserSeen(desk.at(0.1), EventKind.WINDOW_FOCUSED, "Intranet", "https://intranet.example/"))
    desk.window(10, "chromium", "My illness - Chromium")
    desk.at(11)
    desk.window(20, "chromium", "Intranet - Chromium")
    desk.see(BrowserSeen(desk.at(20.1), EventKind.WINDOW_FOCUSED, "Intranet", "https://intranet.example/"))
    assert "My illness" not in str(desk.events)
    assert [title for _, _, title in desk.story][-2:] == ["", "Intranet"]


def test_without_the_extension_a_browser_is_told_by_its_name_alone(desk: Desk) -> None:
    slot = ElementSlot(deadline_us=desk.now_us)
    slot.fill(Element("link", "My illness", "illness"))
    desk.window(1, "chromium", "My illness - Chromium")
    desk.see(ClickSeen(desk.at(2), slot), KeyCounted(desk.at(3)))
    desk.at(6)
    assert [kind for kind, _, _ in desk.story] == ["window_focused", "clicked", "typed"]
    assert {event.application for event in desk.events[1:]} == {"chromium"}
    assert "illness" not in str(desk.events)


def test_nothing_that_is_done_in_a_private_window_is_kept(desk: Desk) -> None:
    desk.window(0, "chromium", "Intranet - Chromium")
    desk.see(_page(desk.at(0.1)))
    desk.see(WindowSeen(desk.at(10), ObservedContext("chromium", "Intranet - Chromium"), window=2))  # as private as not
    desk.see(BrowserSeen(desk.at(10.05), EventKind.WINDOW_FOCUSED, browser="chromium"))
    desk.see(ClickSeen(desk.at(10.1)), KeyCounted(desk.at(10.2)), ChordSeen(desk.at(11), EventKind.COPIED))
    desk.see(ScrollSeen(desk.at(12)))
    desk.at(14)
    assert [(kind, title) for kind, _, title in desk.story if kind != "session_started"] == [
        ("window_focused", ""),
        ("window_focused", "Intranet"),
        ("window_focused", ""),
    ]
    assert desk.events[-1].application == ""


def test_an_extension_vouches_for_its_own_browser_and_only_while_it_speaks(desk: Desk) -> None:
    desk.see(_page(desk.at(0)))
    desk.window(1, "msedge", "Intranet - Microsoft Edge")
    assert (desk.events[-1].application, desk.events[-1].window_title) == ("msedge", "")
    desk.window(2, "chromium", "Intranet - Chromium")
    assert desk.events[-1].url == "https://intranet.example/"
    desk.see(BrowserGone(desk.at(3)))
    assert (desk.events[-1].application, desk.events[-1].window_title) == ("chromium", "")
    desk.see(_page(desk.at(4)))
    desk.window(5, "editor", "letter")
    desk.window(120, "chromium", "Intranet - Chromium")  # silent for too long
    assert (desk.events[-1].application, desk.events[-1].window_title) == ("chromium", "")


def test_a_browser_that_was_started_privately_is_private_without_any_extension(desk: Desk) -> None:
    context = ObservedContext("chromium", "My illness - Chromium", is_private=True)
    desk.see(WindowSeen(desk.at(1), context), ClickSeen(desk.at(2)))
    assert desk.story == [("window_focused", 1, "")]
    assert desk.events[-1].application == ""


def test_a_click_of_a_button_held_down_for_long_is_still_one_click(desk: Desk) -> None:
    desk.window(0, "chromium", "Intranet - Chromium")
    desk.see(_page(desk.at(0.1)))
    desk.see(ClickSeen(desk.at(1)))
    desk.at(4)  # told by the desktop, as nobody else spoke
    page = partial(BrowserSeen, window_title="Intranet", url="https://intranet.example/")
    desk.see(page(desk.at(1.02), EventKind.CLICKED, element=Element("button", "Save")))
    assert [event.source for event in desk.events if event.kind is EventKind.CLICKED] == ["agent"]


def test_what_was_done_in_a_page_is_kept_though_another_window_is_in_front_when_the_browser_tells_of_it(
    desk: Desk,
) -> None:
    desk.window(0, "chromium", "Intranet - Chromium", window_class="Chromium")
    desk.see(_page(desk.at(0.1)))
    desk.window(2, "editor", "letter")
    page = partial(BrowserSeen, window_title="Intranet", url="https://intranet.example/")
    desk.see(page(desk.at(1.9), EventKind.CLICKED, element=Element("button", "Save")))
    desk.see(page(desk.at(1.95), EventKind.SUBMITTED))
    desk.see(page(desk.at(2.2), EventKind.ELEMENT_CHANGED, element=Element("textbox", "Note")))  # as it is left
    desk.see(page(desk.at(3.2), EventKind.CLICKED, element=Element("button", "Later")))  # not done in front
    desk.at(5)
    told = [event for event in desk.events if event.source == "browser"]
    assert [(event.kind, event.element_name, event.application) for event in told] == [
        (EventKind.CLICKED, "Save", "chromium"),
        (EventKind.SUBMITTED, "", "chromium"),
        (EventKind.ELEMENT_CHANGED, "Note", "chromium"),
    ]


def test_a_click_that_a_busy_browser_tells_late_keeps_what_was_clicked(desk: Desk) -> None:
    desk.window(0, "chromium", "Intranet - Chromium")
    desk.see(_page(desk.at(0.1)))
    desk.see(ClickSeen(desk.at(1)))
    desk.at(1.9)
    page = partial(BrowserSeen, window_title="Intranet", url="https://intranet.example/")
    desk.see(page(desk.at(1), EventKind.CLICKED, element=Element("button", "Save")))
    desk.at(4)
    clicks = [event for event in desk.events if event.kind is EventKind.CLICKED]
    assert [(event.element_name, event.source) for event in clicks] == [("Save", "browser")]


def test_a_copy_that_a_busy_page_gets_round_to_late_is_one_copy(desk: Desk) -> None:
    desk.window(0, "chromium", "Intranet - Chromium")
    desk.see(_page(desk.at(0.1)))
    page = partial(BrowserSeen, window_title="Intranet", url="https://intranet.example/")
    desk.see(ChordSeen(desk.at(1), EventKind.COPIED), ChordSeen(desk.at(1.2), EventKind.PASTED))
    desk.see(page(desk.at(1.6), EventKind.COPIED), page(desk.at(1.7), EventKind.PASTED))
    desk.at(4)
    told = [(event.kind, event.source) for event in desk.events if event.kind in {EventKind.COPIED, EventKind.PASTED}]
    assert told == [(EventKind.COPIED, "browser"), (EventKind.PASTED, "browser")]


def test_a_cut_by_menu_and_its_clipboard_notice_are_one_cut(desk: Desk) -> None:
    desk.window(0, "chromium", "Intranet - Chromium")
    desk.see(_page(desk.at(0.1)))
    page = partial(BrowserSeen, window_title="Intranet", url="https://intranet.example/")
    desk.see(ClipboardChanged(desk.at(1)), page(desk.at(1.02), EventKind.CUT))
    desk.at(2)
    assert [event.kind for event in desk.events if event.kind in {EventKind.CUT, EventKind.COPIED}] == [EventKind.CUT]


def _front(desk: Desk, seconds: float, number: int, title: str = "Intranet") -> None:
    desk.see(WindowSeen(desk.at(seconds), ObservedContext("chromium", f"{title} - Chromium"), window=number))


def _silence(at_us: int) -> BrowserSeen:
    return BrowserSeen(at_us, EventKind.WINDOW_FOCUSED, browser="chromium")


def test_a_window_that_was_vouched_for_stays_ordinary_while_a_bubble_of_the_browser_is_open(desk: Desk) -> None:
    _front(desk, 0, 7)
    desk.see(_page(desk.at(0.1)))
    desk.at(1.1)
    desk.see(_silence(desk.at(3)))  # a menu, a question, a search among tabs: the browser's own, over the page
    desk.see(KeyCounted(desk.at(4)))
    desk.at(7)
    assert desk.story[-2:] == [("window_focused", 1.1, "Intranet"), ("typed", 4, "Intranet")]
    _front(desk, 8, 7, title="My illness")  # the same window, but a page that nobody has named
    desk.at(9)
    assert desk.story[-1] == ("window_focused", 8, "")


def test_a_window_known_as_ordinary_is_told_before_the_extension_has_spoken_again(desk: Desk) -> None:
    _front(desk, 0, 7)
    desk.see(_page(desk.at(0.1)))
    desk.window(5, "editor", "letter")
    desk.see(_silence(desk.at(5.1)))
    _front(desk, 10, 7)
    desk.see(ClickSeen(desk.at(10.02)))
    desk.see(_silence(desk.at(10.05)))  # late, and older than it seems
    desk.at(13)
    assert desk.story[-2:] == [("window_focused", 10, "Intranet"), ("clicked", 10.02, "Intranet")]


def test_a_private_window_of_the_same_page_is_never_taken_for_the_ordinary_one(desk: Desk) -> None:
    _front(desk, 0, 7)
    desk.see(_page(desk.at(0.1)))
    for start in (10, 20, 30):
        _front(desk, start, 8)  # private
        desk.see(_silence(desk.at(start + 0.1)))
        desk.see(KeyCounted(desk.at(start + 1)))
        desk.at(start + 4)
        assert desk.events[-1].application == ""
        _front(desk, start + 5, 7)
        desk.see(_page(desk.at(start + 5.1)))
        desk.at(start + 9)
        assert desk.events[-1].window_title == "Intranet"
    assert sum(event.key_count for event in desk.events) == 0


def test_a_browser_that_is_late_to_say_that_its_private_window_is_in_front_gives_none_of_it_away(desk: Desk) -> None:
    desk.see(_silence(desk.at(0)))
    _front(desk, 0, 8)  # private, of the page that the ordinary window shows
    desk.see(_page(desk.at(0.1)))
    desk.see(KeyCounted(desk.at(0.2)))
    desk.see(ChordSeen(desk.at(0.5), EventKind.COPIED))
    desk.see(_silence(desk.at(0.9)))
    desk.see(KeyCounted(desk.at(1.5)))
    desk.at(5)
    assert {event.application for event in desk.events} == {""}
    assert sum(event.key_count for event in desk.events) == 0


def test_a_window_is_told_once_the_word_about_it_stood_for_a_second_through_all_its_pages(desk: Desk) -> None:
    desk.see(_silence(desk.at(0)))
    _front(desk, 0, 7)
    desk.see(_page(desk.at(0.1)))
    desk.see(KeyCounted(desk.at(0.5)))
    assert {event.application for event in desk.events} == {""}
    desk.see(KeyCounted(desk.at(1.1)))
    _front(desk, 1.3, 7, title="Order")  # before the window is known for good
    page = partial(BrowserSeen, window_title="Order", url="https://intranet.example/order")
    desk.see(page(desk.at(1.4), EventKind.WINDOW_FOCUSED, browser="chromium"))
    desk.at(5)
    assert desk.story[-3:] == [
        ("window_focused", 1.1, "Intranet"),
        ("window_focused", 1.4, "Order"),
        ("typed", 1.1, "Intranet"),  # counted once no word can follow that the field was secret
    ]


def test_a_word_from_before_a_window_came_in_front_makes_it_no_ordinary_one(desk: Desk) -> None:
    _front(desk, 0, 7)
    desk.see(_page(desk.at(0.1)))
    _front(desk, 10, 8)  # private, and the browser is too busy to say anything for long
    desk.see(_silence(desk.at(15)))
    desk.see(KeyCounted(desk.at(16)))
    desk.at(20)
    assert desk.events[-1].application == ""
    assert sum(event.key_count for event in desk.events) == 0


def test_a_profile_that_was_closed_vouches_for_no_window_any_more(desk: Desk) -> None:
    _front(desk, 0, 7)
    desk.see(_page(desk.at(0.1)))
    desk.at(5)
    desk.see(BrowserGone(desk.at(6)), _silence(desk.at(7)))
    desk.at(9)
    assert desk.events[-1].application == ""


@pytest.mark.parametrize("number", [0, -4711])
def test_what_is_no_number_of_a_window_makes_none_known(desk: Desk, number: int) -> None:
    _front(desk, 0, number)
    desk.see(_page(desk.at(0.1)))
    desk.see(_silence(desk.at(5)))
    desk.at(9)
    assert desk.events[-1].application == ""


def _page(at_us: int) -> BrowserSeen:
    page = partial(BrowserSeen, window_title="Intranet", url="https://intranet.example/")
    return page(at_us, EventKind.WINDOW_FOCUSED, browser="chromium")
