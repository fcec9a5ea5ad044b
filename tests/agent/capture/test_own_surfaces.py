"""Which windows are the agent's own, and which presses and keys its menu took, by whatever clock."""

import os
import subprocess
import sys

import pytest

from agent.capture.macos.rules import spot_at
from agent.capture.own_surfaces import OWN_CLASS, SILENT_MAX_MS, STRETCHES_MAX, OwnSurfaces, Place, Spot
from agent.capture.windows.rules import point_number
from agent.tray.xembed.session import MENU_SECONDS


def test_a_menu_takes_everything_from_its_opening_to_its_end() -> None:
    own = OwnSurfaces()
    assert not own.has_taken(1_000)
    own.take(1_000)
    assert [own.has_taken(at) for at in (999, 1_000, 30_000)] == [False, True, True]
    own.take(1_500)  # it heard something
    own.let_go()
    assert [own.has_taken(at) for at in (999, 1_000, 1_500, 1_501)] == [False, True, True, False]
    own.press(2_000)
    assert [own.has_taken(at) for at in (1_999, 2_000, 2_001)] == [False, True, False]
    own.let_go()  # of nothing
    assert not own.has_taken(3_000)


def test_a_menu_that_went_without_a_word_takes_nothing_for_ever() -> None:
    assert MENU_SECONDS * 1000 < SILENT_MAX_MS
    own = OwnSurfaces()
    own.take(1_000)
    assert [own.has_taken(at) for at in (1_000 + SILENT_MAX_MS, 1_001 + SILENT_MAX_MS)] == [True, False]
    own.take(20_000)  # it is still there
    assert [own.has_taken(at) for at in (1_000, 20_000 + SILENT_MAX_MS, 20_001 + SILENT_MAX_MS)] == [True, True, False]


def test_the_clock_of_32_bits_may_start_anew_while_a_menu_is_open() -> None:
    own = OwnSurfaces()
    own.take(0xFFFF_FF00)
    assert own.has_taken(5)
    own.take(10)
    own.let_go()
    assert [own.has_taken(at) for at in (0xFFFF_FEFF, 0xFFFF_FFFF, 10, 11)] == [False, True, True, False]


def test_only_the_last_stretches_are_remembered() -> None:
    own = OwnSurfaces()
    for number in range(2 * STRETCHES_MAX):
        own.press(number * 10)
    assert not own.has_taken(0)
    assert own.has_taken((2 * STRETCHES_MAX - 1) * 10)


def test_a_window_is_the_agents_own_by_its_class_or_its_process() -> None:
    own = OwnSurfaces()
    assert own.is_own(None, OWN_CLASS.capitalize())
    assert own.is_own(os.getpid())
    assert not own.is_own(None)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        assert not own.is_own(other.pid, "XTerm")
        own.add_process(other.pid)
        assert own.is_own(other.pid, "XTerm")
        other.communicate(b"\n")
    assert not own.is_own(other.pid), "its number may be another program's by now"
    own.add_process(other.pid)


def test_only_so_many_processes_are_remembered_and_always_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.capture.own_surfaces.created", float)
    own = OwnSurfaces()
    for pid in range(1_000_000, 1_000_100):
        own.add_process(pid)
    assert own.is_own(os.getpid())
    assert own.is_own(1_000_099)
    assert not own.is_own(1_000_000)


def test_a_window_is_in_front_when_its_process_is() -> None:
    answers = [OwnSurfaces().spot_of(3, pid=process, front=7) for process in (os.getpid(), 7, 8, None)]
    elsewhere = Spot(Place.ELSEWHERE, 3)
    assert answers == [Spot(Place.OWN), Spot(Place.FRONT), elsewhere, elsewhere]
    assert OwnSurfaces().spot_of(3, pid=None, front=None) == elsewhere


def test_on_windows_a_point_is_one_number() -> None:
    assert point_number(-40, 700) == 700 << 32 | 0xFFFF_FFD8


def test_on_macos_the_topmost_window_that_can_be_seen_counts() -> None:
    def window(pid: int, x: int, *, alpha: float = 1.0) -> dict[str, object]:
        bounds = {"X": x, "Y": 0, "Width": 20, "Height": 20}
        return {"kCGWindowOwnerPID": pid, "kCGWindowBounds": bounds, "kCGWindowAlpha": alpha}

    shown = [window(9, 0, alpha=0.0), window(os.getpid(), 0), window(7, 10), window(8, 40)]
    answers = [spot_at(shown, (x, 5.0), front=7, own=OwnSurfaces()) for x in (5.0, 15.0, 25.0, 45.0, 90.0)]
    own, nothing = Spot(Place.OWN), Spot(Place.ELSEWHERE)
    assert answers == [own, own, Spot(Place.FRONT), Spot(Place.ELSEWHERE, -8), nothing]
