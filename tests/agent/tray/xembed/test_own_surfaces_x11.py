"""What is done with the agent's own icon, menu, note and window is nobody's work: with a real tray, mouse and keys."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.tray.menu import TrayState
from domain.policies import AgentSettings, ConsentState, NotificationTexts
from tests.agent.tray.xembed.tray_screen import RECORDING, TrayScreen
from tests.fakes.agent_process import AgentProcess, agent_process, open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import desktop, missing, wait_for

ABSENT = missing() or ("" if shutil.which("trayer") else "Missing trayer: install the system package trayer.")
pytestmark = [pytest.mark.x11, pytest.mark.skipif(bool(ABSENT), reason=ABSENT)]


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[TrayScreen]:
    with desktop(tmp_path) as found:
        shown = TrayScreen(found)
        yield shown
        shown.display.close()


def _doings(agent: AgentProcess) -> list[str]:
    """What `captured` shows of the person's doings: each line from the word on."""
    words = ("clicked", "pressed", "scrolled", "went to")
    lines = agent.ask("captured").splitlines()
    return [line[line.index(word) :] for line in lines for word in words if word in line]


def test_icon_menu_and_note_are_nobodys_work(tmp_path: Path, screen: TrayScreen) -> None:
    policy = open_policy(settings=AgentSettings(config_update_seconds=60), notifications=NotificationTexts("P.", "O."))
    desk = screen.desktop
    with AgentService(policy=policy) as service, agent_process(tmp_path, service, desk.environment) as agent:
        alpha = desk.editor("alpha")
        desk.activate(alpha)
        with screen.tray():
            icon = screen.icon(RECORDING)
            rows = screen.rows(TrayState(closed_because="", accepted=((1, "Measurement"),)))
            for keys in (("Escape",), ("Down", "Up", "Down", "q", "Escape")):
                screen.open_menu(icon)
                desk.key(*keys)
                wait_for(screen.is_left, what="the end of the menu")
            screen.open_menu(icon)
            desk.click(alpha, at=(60, 60))  # outside: it leaves the menu, and is not the terminal's
            wait_for(screen.is_left, what="the end of the menu")
            menu = screen.open_menu(icon)
            desk.run("xdotool", "click", "4", "click", "5")  # the wheel, over the menu
            status = next(row for label, row in rows.items() if "tatus" in label)
            screen.click_row(menu, status)
            wait_for(screen.is_free, what="the note, which holds nothing")
            note: Any = wait_for(screen.menu, what="the note")
            desk.click(str(note.id))
            wait_for(screen.is_left, what="the end of the note")
            desk.run("xdotool", "mousemove", "--window", icon, "8", "8", "click", "5")
            desk.click(alpha, at=(60, 60))
            desk.write("ab")
        wait_for(lambda: any("clicked" in each for each in _doings(agent)), what="the click in the terminal")
        desk.activate(desk.terminal("beta"))
        wait_for(lambda: any("beta" in each for each in _doings(agent)), what="the end of it")
        told = [each for each in _doings(agent) if "went to" not in each]
        assert [each.split("  [")[0].split(" (")[0] for each in told] == ["clicked", "pressed 2 keys"]


def test_the_window_that_asks_for_consent_is_no_program_of_the_persons(tmp_path: Path, screen: TrayScreen) -> None:
    (accepted,) = open_policy().assignments
    asked = msgspec.structs.replace(accepted, approval_id=2, name="Other", consent=ConsentState.PENDING)
    desk = screen.desktop
    with (
        AgentService(policy=open_policy(assignments=(accepted, asked))) as service,
        agent_process(tmp_path, service, desk.environment) as agent,
    ):
        window = wait_for(lambda: desk.find("Task Mining"), what="the window")
        alpha = desk.terminal("alpha")
        for title in (alpha, window):
            desk.activate(title)
        desk.click(window, at=(60, 40))
        desk.run("xdotool", "click", "5")
        desk.key("shift+Tab", "Return")  # from “Later” to “Decline”
        wait_for(lambda: service.consents, what="the answer")
        desk.activate(alpha)
        wait_for(lambda: sum("alpha" in each for each in _doings(agent)) == 2, what="the terminal again")
        told = _doings(agent)
        assert [each for each in told if "went to" not in each] == []
        assert not [each for each in told if "ask-mining" in each or "Task Mining" in each]
        assert told.count("went to") >= 1, "that attention was elsewhere"
