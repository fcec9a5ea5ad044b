"""A click beside the window in front counts in the window that it brings to the front, and else for nothing."""

from functools import partial
from pathlib import Path

import pytest

from agent.capture.observations import (
    BrowserSeen,
    ClickedBeside,
    ClickSeen,
    KeyCounted,
    OwnSurfaceUsed,
    OwnUse,
    WindowSeen,
)
from agent.clocks import Instant
from agent.policy.drafts import ObservedContext
from agent.policy.gate import GateReason
from agent.presence.private_mode import begin
from agent.recording.beside_the_window import COMES_WITHIN_US, TOLD_WITHIN_US
from domain.event_kinds import EventKind
from tests.agent.builders import NOW, SECOND, Desk

LETTER, MAIL, PANEL = 5, 9, 30
COMES, TOLD = COMES_WITHIN_US / SECOND, TOLD_WITHIN_US / SECOND


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.see(WindowSeen(desk.at(0), ObservedContext("editor", "letter"), LETTER))
    return desk


def _mail(desk: Desk, seconds: float) -> None:
    desk.see(WindowSeen(desk.at(seconds), ObservedContext("mail", "inbox"), MAIL))


def _clicks(desk: Desk) -> list[tuple[float, str]]:
    return [(at, title) for kind, at, title in desk.story if kind == "clicked"]


def test_a_click_on_a_panel_counts_for_nothing(desk: Desk) -> None:
    desk.see(ClickedBeside(desk.at(10), PANEL), ClickSeen(desk.at(11)))
    _mail(desk, 11.2)  # which the panel has brought to the front
    desk.at(20)
    assert _clicks(desk) == [(11, "letter")]


def test_a_click_that_brings_its_window_to_the_front_is_done_in_it(desk: Desk) -> None:
    desk.see(ClickedBeside(desk.at(10), MAIL))
    _mail(desk, 10.2)
    desk.see(KeyCounted(desk.at(10.5)), KeyCounted(desk.at(12)))
    assert _clicks(desk) == [(10.2, "inbox")], "not before its window is there"
    assert [kind for kind, _, _ in desk.story].count("typed") == 1, "keys that follow are not torn apart by it"


def test_a_click_that_is_heard_of_after_its_window_is_done_in_it(desk: Desk) -> None:
    _mail(desk, 10.2)
    desk.see(ClickedBeside(desk.now_us - SECOND // 10, MAIL))
    desk.at(20)
    assert _clicks(desk) == [(10.2, "inbox")]


def test_a_click_in_a_window_that_is_soon_left_again_is_done_in_it(desk: Desk) -> None:
    desk.see(ClickedBeside(desk.at(10), MAIL))
    _mail(desk, 10.2)
    desk.see(WindowSeen(desk.at(10.4), ObservedContext("editor", "letter"), LETTER))
    desk.at(20)
    assert _clicks(desk) == [(10.2, "inbox")]


def test_a_window_that_comes_much_later_has_not_come_by_it(desk: Desk) -> None:
    desk.see(ClickedBeside(desk.at(10), MAIL))
    _mail(desk, 10.1 + COMES)
    desk.at(20)
    assert _clicks(desk) == []


@pytest.mark.parametrize("use", OwnUse)
def test_a_press_on_icon_or_notice_is_withdrawn_when_the_desktop_says_whose_it_was(desk: Desk, use: OwnUse) -> None:
    """Where the panel that shows it comes to the front, as on Windows."""
    desk.see(ClickedBeside(desk.at(10), PANEL))
    desk.see(WindowSeen(desk.at(10.1), ObservedContext("panel", ""), PANEL))
    desk.see(OwnSurfaceUsed(desk.at(10 + TOLD / 2), use))
    desk.see(OwnSurfaceUsed(desk.at(11), OwnUse.LEFT))
    desk.at(20)
    assert _clicks(desk) == []


def test_what_the_desktop_says_too_late_withdraws_nothing(desk: Desk) -> None:
    desk.see(ClickedBeside(desk.at(10), MAIL))
    _mail(desk, 10.1)
    desk.see(OwnSurfaceUsed(desk.at(10.1 + TOLD), OwnUse.PRESSED))
    desk.at(20)
    assert _clicks(desk) == [(10.1, "inbox")]


def test_a_click_on_a_window_of_the_agents_own_is_nobodys_and_one_that_leaves_it_is(desk: Desk) -> None:
    desk.see(ClickedBeside(desk.at(10), PANEL))
    desk.see(WindowSeen(desk.at(10.1), ObservedContext(is_own=True), PANEL))
    desk.see(ClickedBeside(desk.at(12), MAIL))
    _mail(desk, 12.1)
    desk.at(20)
    assert _clicks(desk) == [(12.1, "inbox")]


def test_clicks_that_are_not_collected_are_not_held(desk: Desk) -> None:
    desk.recorder.disabled = frozenset({"clicks"})
    desk.see(ClickedBeside(desk.at(10), MAIL))
    _mail(desk, 10.1)
    desk.at(20)
    assert _clicks(desk) == []


def test_a_click_in_private_mode_is_not_told_in_a_window_that_comes_when_it_has_ended(desk: Desk) -> None:
    desk.transitions.begin_private(begin(Instant(NOW, 0, 0, "b"), seconds=300), desk.at(3))
    desk.see(ClickedBeside(desk.at(10), MAIL))
    desk.transitions.end_private(desk.at(10.1))
    _mail(desk, 10.2)
    desk.at(20)
    assert _clicks(desk) == []
    assert desk.drafts.closed_counts[GateReason.PRIVATE_MODE] == 1


def test_a_click_that_brings_a_browser_to_the_front_and_the_pages_own_word_of_it_are_one(desk: Desk) -> None:
    page = partial(BrowserSeen, window_title="Orders", url="https://shop.example/orders", browser="chromium")
    desk.see(page(desk.at(9), EventKind.WINDOW_FOCUSED))
    desk.see(ClickedBeside(desk.at(10), MAIL))
    shown = ObservedContext("chromium", "Orders - Chromium", "", "Chromium")
    desk.see(WindowSeen(desk.at(10.1), shown, MAIL))
    desk.see(page(desk.at(10.15), EventKind.WINDOW_FOCUSED))
    desk.see(page(desk.at(10.2) - SECOND // 5, EventKind.CLICKED))
    desk.at(20)
    assert [title for _, title in _clicks(desk)] == ["Orders"]
