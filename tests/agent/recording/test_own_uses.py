"""What was done to the agent's own icon, menu, notice or window is nobody's work, also when it is heard of later."""

from pathlib import Path

import pytest

from agent.capture.observations import (
    ChordSeen,
    ClickSeen,
    ClipboardChanged,
    KeyCounted,
    OwnSurfaceUsed,
    OwnUse,
    ScrollSeen,
    WindowSeen,
)
from agent.policy.drafts import ObservedContext
from agent.recording.beside_the_window import MENU_MAX_US
from domain.event_kinds import EventKind
from tests.agent.builders import SECOND, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.window(0, "editor", "letter")
    return desk


def _doings(desk: Desk) -> list[tuple[str, float]]:
    return [(kind, at) for kind, at, _ in desk.story if kind != "window_focused"]


def test_what_is_done_in_the_window_in_front_is_never_withdrawn(desk: Desk) -> None:
    desk.see(ClickSeen(desk.at(10)), OwnSurfaceUsed(desk.at(10.1), OwnUse.PRESSED))
    assert _doings(desk) == [("clicked", 10)]


def test_keys_and_clicks_belong_to_an_open_menu_until_it_is_left(desk: Desk) -> None:
    desk.see(OwnSurfaceUsed(desk.at(10), OwnUse.OPENED), KeyCounted(desk.at(11)), ClickSeen(desk.at(12)))
    desk.see(ScrollSeen(desk.at(12.5)), ChordSeen(desk.at(12.6), EventKind.PASTED))
    desk.see(OwnSurfaceUsed(desk.at(13), OwnUse.LEFT))
    desk.see(KeyCounted(desk.now_us - 1), ClickSeen(desk.at(14)))  # the first one is heard late
    assert _doings(desk) == [("clicked", 14)]


def test_a_menu_of_which_nothing_more_is_heard_counts_as_left(desk: Desk) -> None:
    desk.see(OwnSurfaceUsed(desk.at(10), OwnUse.OPENED), ClickSeen(desk.at(11)))
    desk.see(ClickSeen(desk.at(10 + MENU_MAX_US / SECOND)))
    desk.see(OwnSurfaceUsed(desk.at(50), OwnUse.OPENED), ClickSeen(desk.at(51)))
    desk.see(WindowSeen(desk.at(52), ObservedContext("mail", "inbox"), window=9), ClickSeen(desk.at(53)))
    assert _doings(desk) == [("clicked", 10 + MENU_MAX_US / SECOND), ("clicked", 53)]


def test_a_window_of_the_agents_own_is_no_program_and_what_is_done_in_it_is_nothing(desk: Desk) -> None:
    own = ObservedContext("python3", "Task Mining", "", "Task-mining-agent", is_own=True)
    desk.see(WindowSeen(desk.at(10), own, window=9), ClickSeen(desk.at(11)), KeyCounted(desk.at(12)))
    desk.see(ScrollSeen(desk.at(13)), ChordSeen(desk.at(14), EventKind.COPIED), ClipboardChanged(desk.at(18)))
    desk.window(20, "editor", "letter")
    assert desk.story == [
        ("window_focused", 0, "letter"),
        ("window_focused", 10, ""),
        ("window_focused", 20, "letter"),
    ]
    assert {event.application for event in desk.events} <= {"editor", ""}
    assert desk.filtering.receipts["excluded"] == 0
