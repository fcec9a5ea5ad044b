"""The icon in an imagined menu bar: shown, changed, chosen from, taken away, while the work goes on in a thread."""

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.capture.observations import BackendError, OwnUse
from agent.capture.own_surfaces import OwnSurfaces
from agent.tray.macos import rules
from agent.tray.macos.icon import MacIcon
from agent.tray.menu import TrayState, menu_of
from agent.tray.pictures import colour_of
from tests.agent.tray.macos.imagined_app_kit import ImaginedAppKit
from tests.fakes.desktop import wait_for

RECORDING, PRIVATE = TrayState(closed_because=""), TrayState(closed_because="private_mode", can_extend=True)


def _shows(kit: ImaginedAppKit, status: TrayState) -> bool:
    if not kit.items:
        return False
    image: Any = kit.items[0].button().image
    return bool(image is not None and image.drawn == (*rules.colour_parts(colour_of(status)), 1.0))


def test_it_shows_changes_obeys_and_goes() -> None:
    kit, done, used = ImaginedAppKit(), list[tuple[str, ...]](), list[OwnUse]()
    icon = MacIcon(lambda: kit, own=OwnSurfaces())
    icon.begin(done.append, used.append)

    def work() -> str:
        icon.show(RECORDING)
        wait_for(lambda: _shows(kit, RECORDING), what="the icon")
        assert kit.items[0].button().tip == "Task Mining: recording"
        assert not kit.find("Task Mining: recording").is_enabled
        stale = kit.find("Private mode")
        kit.choose(stale)
        wait_for(lambda: done, what="the choice")
        icon.show(PRIVATE)
        wait_for(lambda: "Extend private mode" in kit.labels(), what="the other menu")
        assert _shows(kit, PRIVATE)
        kit.choose(stale)
        kit.happen("a mouse moved")
        wait_for(lambda: kit.sent, what="the event")
        icon.show(TrayState(is_shown=False))
        wait_for(lambda: not kit.items, what="the hidden icon")
        icon.show(RECORDING)
        wait_for(lambda: kit.items, what="the icon again")
        return "signed out"

    assert icon.host(work) == "signed out"
    icon.remove()
    icon.show(PRIVATE)
    assert kit.items == []
    assert done == [("private", "on")]
    assert used == [OwnUse.OPENED, OwnUse.LEFT] * 2, "which is nobody's work"


def test_what_ends_the_work_is_raised_where_it_was_asked_for() -> None:
    def work() -> str:
        raise BackendError("There is no desktop: sign in.")

    with pytest.raises(BackendError, match="sign in"):
        MacIcon(ImaginedAppKit, own=OwnSurfaces()).host(work)


def test_without_the_bridge_the_work_is_done_without_an_icon() -> None:
    def load() -> Any:
        raise ImportError("AppKit")

    icon = MacIcon(load, own=OwnSurfaces())
    icon.begin(lambda words: None, lambda use: None)
    icon.show(RECORDING)
    assert icon.host(lambda: "done") == "done"


@pytest.mark.skipif(sys.platform == "darwin", reason="elsewhere")
def test_app_kit_is_asked_for_only_when_the_work_begins() -> None:
    assert MacIcon(own=OwnSurfaces()).host(lambda: "done") == "done"


def test_what_it_says_is_never_part_of_a_script() -> None:
    ran: list[tuple[str, ...]] = []
    icon = MacIcon(run=lambda command, begun: ran.append(command), own=OwnSurfaces())
    odd = '" & (do shell script "rm -rf ~") & "'
    icon.notify("Consent", odd)
    assert icon.tell("Task Mining", odd) is True
    wait_for(lambda: len(ran) == 2, what="both")
    for command in ran:
        assert command[0] == "osascript"
        assert command[-1] == odd
        assert not [part for part in command[:-1] if odd in part]


@given(st.integers(0, 999_999), st.integers(0, 999_999), st.integers(0, 999))
def test_a_number_of_an_older_menu_means_nothing(revision: int, later: int, index: int) -> None:
    entries = menu_of(RECORDING)
    number = rules.number_of(revision, index)
    words = entries[index].words if index < len(entries) else ()
    assert rules.words_of(entries, number, revision=revision) == words
    if later != revision:
        assert rules.words_of(entries, number, revision=later) == ()
