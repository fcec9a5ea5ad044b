"""What a person does becomes the events it should, in the window where it happened, and nothing it should not."""

from functools import partial
from pathlib import Path

import msgspec
import pytest

from agent.capture.observations import (
    BrowserSeen,
    ChordSeen,
    ClickSeen,
    ClipboardChanged,
    KeyCounted,
    LockSeen,
    Observation,
    ScrollSeen,
    SleepSeen,
)
from agent.clocks import Instant
from agent.policy.drafts import ElementSlot
from agent.presence.private_mode import begin
from domain.assignments.terms import Cadence
from domain.event_batches import Element
from domain.event_kinds import DEFINITIONS, EventKind
from domain.policies import AgentPolicy
from tests.agent.builders import NOW, SECOND, Desk, policy


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_without_policy_nothing_is_recorded(tmp_path: Path) -> None:
    desk = Desk(tmp_path, is_allowed=False)
    desk.window(0, "editor", "secret")
    desk.see(KeyCounted(desk.at(1)), ClickSeen(desk.at(2)))
    desk.transitions.begin_private(begin(Instant(NOW, 0, 0, "b"), seconds=300), desk.at(3))
    assert desk.events == []
    assert sum(desk.drafts.closed_counts.values()) >= 4


def test_a_copy_by_chord_and_its_clipboard_notice_are_one_copy(desk: Desk) -> None:
    desk.window(0, "editor", "letter")
    desk.see(ChordSeen(desk.at(1), EventKind.COPIED), ClipboardChanged(desk.at(1.05)))
    desk.see(ClipboardChanged(desk.at(5)), ClipboardChanged(desk.at(5.02)))  # by menu, noticed twice
    desk.see(ChordSeen(desk.at(9), EventKind.PASTED))
    assert [kind for kind, _, _ in desk.story] == ["window_focused", "copied", "copied", "pasted"]


def test_scrolling_on_is_one_scroll(desk: Desk) -> None:
    desk.window(0, "editor", "letter")
    for number in range(30):
        desk.see(ScrollSeen(desk.at(1 + number / 10)))
    desk.see(ScrollSeen(desk.at(9)))
    assert [kind for kind, _, _ in desk.story] == ["window_focused", "scrolled", "scrolled"]


def test_the_element_under_a_click_is_waited_for_within_its_deadline_only(desk: Desk) -> None:
    desk.window(0, "editor", "letter")
    quick, late = ElementSlot(deadline_us=desk.at(1) + 100_000), ElementSlot(deadline_us=desk.at(2) + 100_000)
    desk.see(ClickSeen(desk.at(1), quick), ClickSeen(desk.at(2), late))
    quick.fill(Element("push button", "Save"))
    desk.drafts.commit(now_us=desk.at(2.05))
    assert desk.store.waiting_count == 3
    desk.drafts.commit(now_us=desk.at(2.11))
    assert desk.store.waiting_count == 4
    late.fill(Element("push button", "Too late"))
    clicks = [event for event in desk.events if event.kind is EventKind.CLICKED]
    assert [(event.element_role, event.element_name) for event in clicks] == [("push button", "Save"), ("", "")]


def test_a_password_field_never_carries_a_name(desk: Desk) -> None:
    slot = ElementSlot(deadline_us=desk.now_us)
    slot.fill(Element("password text", "hunter2", "hunter2"))
    desk.see(ClickSeen(desk.at(1), slot))
    click = desk.events[-1]
    assert (click.element_role, click.element_name, click.element_id) == ("password text", "", "")


def test_of_a_lock_only_its_start_and_end_are_recorded(desk: Desk) -> None:
    desk.window(0, "editor", "letter")
    desk.see(LockSeen(desk.at(10), is_locked=True), LockSeen(desk.at(11), is_locked=True))
    desk.window(12, "locker", "Enter password")
    desk.see(KeyCounted(desk.at(13)))
    desk.window(14, "editor", "letter 2")
    desk.see(LockSeen(desk.at(20), is_locked=False))
    assert desk.story == [
        ("window_focused", 0, "letter"),
        ("locked", 10, "letter"),
        ("unlocked", 20, "letter 2"),
    ]


def test_of_private_mode_only_its_start_and_end_are_recorded(desk: Desk) -> None:
    desk.window(0, "editor", "letter")
    desk.transitions.begin_private(begin(Instant(NOW, 0, 0, "b"), seconds=1800), desk.at(10))
    desk.window(12, "browser", "My illness")
    desk.see(KeyCounted(desk.at(13)), ClickSeen(desk.at(14)), LockSeen(desk.at(15), is_locked=True))
    desk.see(LockSeen(desk.at(16), is_locked=False), SleepSeen(desk.at(17), is_asleep=True))
    desk.see(SleepSeen(desk.at(18), is_asleep=False))
    desk.window(19, "editor", "letter")
    desk.recorder.flush_keys()
    desk.transitions.end_private(desk.at(20))
    assert desk.story == [
        ("window_focused", 0, "letter"),
        ("private_started", 10, "letter"),
        ("private_ended", 20, "letter"),
    ]


def test_signing_out_in_private_mode_does_not_name_the_window(desk: Desk) -> None:
    desk.transitions.begin_private(begin(Instant(NOW, 0, 0, "b"), seconds=1800), desk.at(10))
    desk.window(12, "browser", "My illness")
    desk.transitions.sign_out(desk.at(20))
    assert desk.story == [("private_started", 10, ""), ("session_ended", 20, "")]


def test_waking_up_behind_a_lock_is_still_locked(desk: Desk) -> None:
    desk.see(LockSeen(desk.at(1), is_locked=True), SleepSeen(desk.at(2), is_asleep=True))
    desk.see(SleepSeen(desk.at(100), is_asleep=False), LockSeen(desk.at(110), is_locked=False))
    assert [(kind, at) for kind, at, _ in desk.story] == [
        ("locked", 1),
        ("slept", 2),
        ("woke", 100),
        ("locked", 100),
        ("unlocked", 110),
    ]


def test_idle_time_is_back_dated_and_ends_with_the_next_input(desk: Desk) -> None:
    desk.window(0, "editor", "letter")
    look = partial(desk.transitions.look_for_idle, threshold_us=180 * SECOND, in_call_us=None)
    again = look(desk.at(100), idle_us=90 * SECOND)
    assert again == NOW + 190 * SECOND
    look(desk.at(190), idle_us=180 * SECOND)
    look(desk.at(300), idle_us=SECOND)
    assert desk.story == [
        ("window_focused", 0, "letter"),
        ("idle_started", 10, "letter"),
        ("idle_ended", 299, "letter"),
    ]


def test_observation_ends_at_the_last_moment_of_the_collection_window(tmp_path: Path) -> None:
    given = policy()
    (assignment,) = given.assignments
    window = msgspec.structs.replace(assignment.window, ends_at_us=NOW + 60 * SECOND)
    desk = Desk(tmp_path, held=policy(assignments=(msgspec.structs.replace(assignment, window=window),)))
    desk.window(0, "editor", "letter")
    assert desk.presence.next_boundary_us(now_us=desk.now_us) == NOW + 60 * SECOND
    desk.window(61, "editor", "after hours")
    desk.transitions.observe(desk.at(61))
    assert [(kind, title) for kind, _, title in desk.story] == [("window_focused", "letter"), ("session_ended", "")]
    assert desk.story[-1][1] == pytest.approx(60, abs=0.001)


def test_a_targeted_project_records_only_between_start_and_stop(tmp_path: Path) -> None:
    (assignment,) = policy().assignments
    targeted = msgspec.structs.replace(assignment, cadence=Cadence.TARGETED, tasks=("refund",))
    desk = Desk(tmp_path, held=policy(assignments=(targeted,)))
    desk.window(0, "editor", "before")
    desk.transitions.start_task("Refund", "INC0001", desk.at(10))
    desk.window(11, "editor", "during")
    desk.transitions.stop_task(desk.at(20))
    desk.window(21, "editor", "after")
    assert [(event.kind.value, event.task_name, event.case_id) for event in desk.events] == [
        ("session_started", "Refund", "INC0001"),
        ("task_started", "Refund", "INC0001"),
        ("window_focused", "Refund", "INC0001"),
        ("task_stopped", "Refund", "INC0001"),
        ("session_ended", "Refund", "INC0001"),
    ]


def test_in_an_excluded_window_attention_is_elsewhere_and_deeds_are_not_kept(desk: Desk) -> None:
    desk.window(0, "editor", "letter")
    desk.window(10, "keepassxc", "Passwords.kdbx")
    desk.see(ClickSeen(desk.at(11)), KeyCounted(desk.at(12)))
    desk.window(20, "editor", "letter")
    assert desk.story == [
        ("window_focused", 0, "letter"),
        ("window_focused", 10, ""),
        ("window_focused", 20, "letter"),
    ]
    assert all(event.application != "keepassxc" for event in desk.events)


def test_collectors_that_are_switched_off_stay_off(desk: Desk) -> None:
    desk.recorder.disabled = frozenset({"keys", "clicks", "clipboard", "scroll", "browser"})
    desk.see(KeyCounted(desk.at(1)), ClickSeen(desk.at(2)), ScrollSeen(desk.at(3)))
    desk.see(ChordSeen(desk.at(4), EventKind.COPIED), ClipboardChanged(desk.at(5)))
    assert desk.story == []


def test_a_default_policy_allows_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, held=AgentPolicy(version="1", workstation_user_id=1, login="jane"))
    desk.window(0, "editor", "letter")
    assert desk.events == []


@pytest.mark.parametrize("closing", ["private", "lock"])
def test_what_is_typed_or_clicked_while_nothing_may_be_recorded_counts_for_nothing_later(
    desk: Desk, closing: str
) -> None:
    """Also what is heard of it only after its end, and what had not been counted yet."""
    desk.window(0, "editor", "letter")
    _close(desk, 10, closing, is_closed=True)
    desk.see(KeyCounted(desk.at(11)), KeyCounted(desk.at(11.9)))
    late: list[Observation] = [
        ClickSeen(desk.now_us),
        ScrollSeen(desk.now_us),
        ChordSeen(desk.now_us, EventKind.PASTED),
    ]
    _close(desk, 12, closing, is_closed=False)
    desk.see(*late, KeyCounted(desk.at(12.1)))
    desk.at(16)
    told = [(event.kind, event.key_count) for event in desk.events if event.kind in INPUTS]
    assert told == [(EventKind.TYPED, 1)]


INPUTS = {kind for kind, row in DEFINITIONS.items() if row.is_input}


def _close(desk: Desk, seconds: float, closing: str, *, is_closed: bool) -> None:
    at_us = desk.at(seconds)
    if closing == "lock":
        desk.see(LockSeen(at_us, is_locked=is_closed))
    elif is_closed:
        desk.transitions.begin_private(begin(Instant(NOW, 0, 0, "b"), seconds=1800), at_us)
    else:  # by its deadline: nobody counts anything first
        desk.transitions.end_private(at_us)


def test_what_is_typed_while_no_window_is_open_counts_for_nothing_later(desk: Desk) -> None:
    desk.window(0, "editor", "letter")
    permits, desk.presence.permits = desk.presence.permits, ()
    desk.transitions.observe(desk.at(10))
    desk.see(KeyCounted(desk.at(11)))
    desk.presence.permits = permits
    desk.transitions.observe(desk.at(12))
    desk.see(KeyCounted(desk.at(12.5)))
    desk.at(16)
    assert [event.key_count for event in desk.events if event.kind is EventKind.TYPED] == [1]


@pytest.mark.parametrize(("began", "length"), [(5, 0), (12.5, 7), (None, 0)])
def test_a_length_that_holds_what_was_typed_in_private_mode_is_not_told(
    desk: Desk, began: float | None, length: int
) -> None:
    desk.window(0, "chromium", "Order - Chromium")
    page = partial(BrowserSeen, window_title="Order", url="https://shop.example/order")
    desk.see(page(desk.at(0), EventKind.WINDOW_FOCUSED))
    _close(desk, 10, "private", is_closed=True)
    _close(desk, 12, "private", is_closed=False)
    since_us = 0 if began is None else NOW + int(began * SECOND)
    field = page(desk.at(13), EventKind.ELEMENT_CHANGED, element=Element("textbox", "Note"))
    desk.see(msgspec.structs.replace(field, value_length=7, since_us=since_us))
    assert [e.value_length for e in desk.events if e.kind is EventKind.ELEMENT_CHANGED] == [length]
