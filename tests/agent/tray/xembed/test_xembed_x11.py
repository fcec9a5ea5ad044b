"""A real agent in a real tray of the old kind: it docks, follows, answers mouse and keys, and outlives the tray."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.capture.own_surfaces import OwnSurfaces
from agent.capture.x11.displays import cut
from agent.dbus.connection import BusConnection
from agent.dbus.messages import bus_call
from agent.tray.menu import TrayState
from agent.tray.notifier import WATCHER
from agent.tray.xembed.icon import EmbeddedIcon
from agent.tray.xembed.session import TraySession
from domain.policies import AgentPolicy, AgentSettings, NotificationTexts, TargetedTask
from tests.agent.tray.xembed.tray_screen import RECORDING, TrayScreen
from tests.fakes.agent_process import agent_process, open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import desktop, missing, wait_for

ABSENT = missing() or ("" if shutil.which("trayer") else "Missing trayer: install the system package trayer.")
pytestmark = [pytest.mark.x11, pytest.mark.skipif(bool(ABSENT), reason=ABSENT)]
RED, VIOLET = (0xD0, 0x34, 0x2C), (0x6A, 0x4C, 0xC4)
PRIVATE = "Task Mining: not recording: private mode"


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[TrayScreen]:
    with desktop(tmp_path) as found:
        shown = TrayScreen(found)
        yield shown
        shown.display.close()


def _policy(*, shows_tray_icon: bool = True, version: str = "1") -> AgentPolicy:
    return open_policy(
        settings=AgentSettings(shows_tray_icon=shows_tray_icon, config_update_seconds=5),
        notifications=NotificationTexts("You are private.", "Over."),
        targeted_tasks=(TargetedTask(1, "Refund", "Only refunds."),),
        version=version,
    )


def test_the_icon_docks_follows_and_obeys_and_outlives_the_tray(tmp_path: Path, screen: TrayScreen) -> None:
    offered = screen.rows(TrayState(closed_because="", tasks=("Refund",), accepted=((1, "Measurement"),)))
    with (
        AgentService(policy=_policy()) as service,
        agent_process(tmp_path, service, screen.desktop.environment) as agent,
    ):
        with screen.tray():
            icon = screen.icon(RECORDING)
            screen.shows(RED, icon)
            screen.click_row(screen.open_menu(icon), offered["Private mode"])
            icon = screen.icon(PRIVATE)
            assert "private until" in agent.ask("status")
            wait_for(screen.is_left, what="the end of the menu")
            screen.desktop.run("xdotool", "mousemove", "640", "600")
            screen.shows(VIOLET, icon)
            screen.open_menu(icon)
            screen.desktop.key("Down", "Down", "Down", "Return")
            screen.icon(RECORDING)
        wait_for(lambda: not screen.desktop.find("Task Mining.*"), what="the icon's end with its tray")
        with screen.tray():
            screen.shows(RED, screen.icon(RECORDING))
            service.policy = _policy(shows_tray_icon=False, version="2")
            wait_for(lambda: not screen.desktop.find("Task Mining.*"), what="the hidden icon")
            service.policy = _policy(version="3")
            screen.icon(RECORDING)
        assert "Now:       recording" in agent.ask("status")
        assert "Traceback" not in agent.folder.log.read_text(encoding="utf-8")


def test_a_menu_is_left_by_a_press_outside_and_by_escape_and_holds_nothing_then(
    screen: TrayScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, ...]] = []
    monkeypatch.setenv("DISPLAY", screen.desktop.environment["DISPLAY"])
    session = TraySession(TrayState(closed_because=""), done.append, own=OwnSurfaces())
    session.start()
    with screen.tray():
        icon = screen.icon(RECORDING)
        menu = screen.open_menu(icon)
        screen.desktop.run("xdotool", "mousemove", "100", "700", "click", "1")
        wait_for(screen.is_left, what="the end of the menu")
        menu = screen.open_menu(icon)
        screen.desktop.key("Escape")
        wait_for(screen.is_left, what="the end of the menu")
        menu = screen.open_menu(icon)
        screen.click_row(menu, screen.rows(TrayState(closed_because=""))[RECORDING])  # only tells
        assert screen.menu() is not None
        session.tell("Task Mining", "One line.\n\nAnother line, under an empty one.")
        wait_for(screen.is_free, what="the note, which holds nothing")
        note = wait_for(screen.menu, what="the note")
        assert note is not None
        screen.desktop.click(str(note.id))
        wait_for(screen.is_left, what="the end of the note")
        screen.open_menu(icon)
        session.stop()
        wait_for(screen.is_left, what="the end of everything")
        wait_for(lambda: not screen.desktop.find("Task Mining.*"), what="the icon's end")
    assert done == []


def test_a_menu_nobody_uses_closes_by_itself(screen: TrayScreen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", screen.desktop.environment["DISPLAY"])
    session = TraySession(TrayState(closed_because=""), lambda words: None, own=OwnSurfaces(), menu_seconds=8.0)
    session.start()
    with screen.tray():
        screen.open_menu(screen.icon(RECORDING))
        wait_for(screen.is_left, what="the end of the menu")
        session.stop()


def test_a_menu_that_goes_with_its_thread_takes_nothing_any_more(
    screen: TrayScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise OSError

    monkeypatch.setenv("DISPLAY", screen.desktop.environment["DISPLAY"])
    own = OwnSurfaces()
    session = TraySession(TrayState(closed_because=""), lambda words: None, own=own)
    session.start()
    with screen.tray():
        screen.open_menu(screen.icon(RECORDING))
        assert own.has_taken(_server_ms())
        monkeypatch.setattr(session, "_wait", fails)
        session.change(TrayState(closed_because="private_mode"))
        wait_for(lambda: not session._thread.is_alive(), what="the thread's end")
        assert screen.is_left()
    assert not own.has_taken(_server_ms() + 1)
    session.leave()


def _server_ms() -> int:
    return time.monotonic_ns() // 1_000_000 & 0xFFFF_FFFF


def test_a_better_tray_is_preferred_while_it_is_there(tmp_path: Path) -> None:
    with desktop(tmp_path, has_bus=True) as found:
        screen, bus = TrayScreen(found), BusConnection(found.environment["DBUS_SESSION_BUS_ADDRESS"])
        bus.call(bus_call("RequestName", "su", [WATCHER, 4]))
        with (
            screen.tray(),
            AgentService(policy=_policy()) as service,
            agent_process(tmp_path, service, found.environment),
        ):
            bus.call(bus_call("ReleaseName", "s", [WATCHER]))
            screen.icon(RECORDING)
            bus.call(bus_call("RequestName", "su", [WATCHER, 4]))
            wait_for(lambda: not found.find("Task Mining.*"), what="the old icon's end")
        bus.close()
        screen.display.close()


def test_an_icon_costs_nothing_while_nothing_happens(screen: TrayScreen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", screen.desktop.environment["DISPLAY"])
    session = TraySession(TrayState(closed_because=""), lambda words: None, own=OwnSurfaces())
    session.start()
    with screen.tray():
        screen.shows(RED, screen.icon(RECORDING))
        before = time.process_time()
        screen.desktop.run("xdotool", "sleep", "1")
        assert time.process_time() - before < 0.1
        session.stop()


def test_an_icon_whose_thread_has_ended_docks_again(screen: TrayScreen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", screen.desktop.environment["DISPLAY"])
    icon = EmbeddedIcon(lambda words: None, OwnSurfaces())
    assert icon.is_well(), "none is wanted yet"
    with screen.tray():
        icon.show(TrayState(closed_because=""))
        screen.icon(RECORDING)
        assert icon.is_well()
        session = icon._session
        assert session is not None
        cut(session._display)
        wait_for(lambda: not icon.is_well(), what="its end")
        wait_for(lambda: not screen.desktop.find("Task Mining.*"), what="the icon's end")
        icon.restart()
        screen.shows(RED, screen.icon(RECORDING))
        assert icon.is_well()
        icon.remove()
