"""The icon in an imagined Windows: shown, changed, chosen from, taken away; a taskbar that comes late or restarts."""

import ctypes
import sys
import threading
from collections.abc import Iterator

import pytest

from agent.capture.observations import OwnUse
from agent.tray.menu import TrayState
from agent.tray.pictures import colour_of
from agent.tray.windows.icon import WindowsIcon
from agent.tray.windows.rules import icon_resource
from agent.tray.windows.system import PROTOTYPES, IconData, Message, System, WindowClass
from tests.agent.tray.windows.imagined_windows import QUIT, ImaginedWindows
from tests.fakes.desktop import wait_for

RECORDING, PRIVATE = TrayState(closed_because=""), TrayState(closed_because="private_mode", can_extend=True)


@pytest.fixture
def world() -> ImaginedWindows:
    return ImaginedWindows()


@pytest.fixture
def done() -> list[tuple[str, ...]]:
    return []


@pytest.fixture
def used() -> list[OwnUse]:
    return []


@pytest.fixture
def icon(world: ImaginedWindows, done: list[tuple[str, ...]], used: list[OwnUse]) -> Iterator[WindowsIcon]:
    made = WindowsIcon(world.system)
    made.begin(done.append, used.append)
    yield made
    made.remove()
    assert not world.in_taskbar
    assert not world.pictures
    assert not [each for each in threading.enumerate() if each.name == "tray-windows"]


def _shows(world: ImaginedWindows, status: TrayState) -> bool:
    return world.in_taskbar and world.shown == icon_resource(colour_of(status))


def test_it_shows_changes_obeys_and_goes(
    world: ImaginedWindows, icon: WindowsIcon, done: list[tuple[str, ...]], used: list[OwnUse]
) -> None:
    icon.show(RECORDING)
    wait_for(lambda: _shows(world, RECORDING), what="the icon")
    assert world.tip == "Task Mining: recording"
    world.chosen = "Private mode"
    world.press_icon()
    wait_for(lambda: done, what="the choice")
    icon.show(PRIVATE)
    wait_for(lambda: _shows(world, PRIVATE), what="the change")
    world.chosen = ""
    world.press_icon()
    wait_for(lambda: "Extend private mode" in world.offered, what="the other menu")
    assert done == [("private", "on")]
    assert used == [OwnUse.PRESSED, OwnUse.OPENED, OwnUse.LEFT] * 2, "which is nobody's work"
    assert len(world.pictures) == 1
    assert not world.menus
    icon.show(TrayState(is_shown=False))
    wait_for(lambda: not world.in_taskbar, what="the hidden icon")


def test_it_says_what_it_has_to_say(world: ImaginedWindows, icon: WindowsIcon) -> None:
    assert icon.tell("Task Mining", "too early") is False
    icon.notify("May your work be recorded?", "x" * 300)
    icon.show(RECORDING)
    wait_for(lambda: world.balloons, what="the notice")
    assert world.balloons == [("May your work be recorded?", "x" * 254 + "…")]
    assert icon.tell("Task Mining", "Now: recording") is True
    icon.show(TrayState(is_shown=False))
    icon.notify("Consent", "Is asked also where no icon is shown.")
    wait_for(lambda: len(world.boxes) == 2, what="the window instead")


def test_a_taskbar_that_comes_late_or_restarts_gets_the_icon(world: ImaginedWindows, icon: WindowsIcon) -> None:
    world.has_taskbar = False
    icon.show(RECORDING)
    wait_for(world.messages.empty, what="the first look")
    world.has_taskbar = True
    for _ in range(2):
        world.restart_taskbar()
        wait_for(lambda: _shows(world, RECORDING), what="the icon")


def test_taken_away_before_it_was_there_it_ends_all_the_same(world: ImaginedWindows, icon: WindowsIcon) -> None:
    icon.show(RECORDING)  # the rest is what is checked after every test


def test_where_windows_refuses_nothing_else_fails() -> None:
    def load() -> System:
        raise OSError("no such library")

    icon = WindowsIcon(load)
    icon.begin(lambda words: None, lambda use: None)
    icon.show(RECORDING)
    icon.notify("Title", "Text")
    icon.remove()
    assert icon.tell("Title", "Text") is False
    assert icon.host(lambda: "done") == "done"


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="sizes of 64-bit Windows")
def test_structures_have_the_sizes_that_windows_expects() -> None:
    assert [ctypes.sizeof(each) for each in (IconData, WindowClass, Message)] == [976, 72, 48]


def test_every_call_has_a_prototype_and_every_prototype_a_caller() -> None:
    known = {name for functions in PROTOTYPES.values() for name in functions}
    assert known == {name for name in dir(ImaginedWindows) if name[0].isupper()}


@pytest.mark.skipif(sys.platform == "win32", reason="elsewhere")
def test_windows_is_asked_for_only_when_the_icon_starts() -> None:
    icon = WindowsIcon()
    with pytest.raises(AttributeError, match="WinDLL"):
        icon._load()


def test_an_icon_whose_thread_has_ended_is_shown_again(
    world: ImaginedWindows, icon: WindowsIcon, done: list[tuple[str, ...]]
) -> None:
    assert icon.is_well(), "none is wanted yet"
    icon.show(RECORDING)
    wait_for(lambda: _shows(world, RECORDING), what="the icon")
    world.messages.put((QUIT, 0, 0))
    wait_for(lambda: not icon.is_well(), what="its end")
    world.in_taskbar = False
    icon.restart()
    wait_for(lambda: _shows(world, RECORDING), what="the icon again")
    assert icon.is_well()
    world.chosen = "Private mode"
    world.press_icon()
    wait_for(lambda: done, what="the choice")
