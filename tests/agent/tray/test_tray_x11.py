"""A real agent on a session bus with a tray of the test's own: it registers, follows, does what is clicked, leaves."""

import select
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jeepney import Message, MessageType

from agent.dbus.connection import BusConnection
from agent.dbus.messages import MethodCall, bus_call, names_of
from agent.tray.menu_protocol import MENU_PATH
from agent.tray.notifier import ITEM, ITEM_PATH, MENU, PROPERTIES, WATCHER
from domain.policies import AgentSettings, NotificationTexts
from tests.fakes.agent_process import agent_process, open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import Desktop, desktop, missing, wait_for

pytestmark = [pytest.mark.x11, pytest.mark.skipif(bool(missing()), reason=missing())]


class _Watcher:
    """What a desktop's tray does: owns the watcher's name, hears of icons, asks them, clicks."""

    def __init__(self, screen: Desktop) -> None:
        self.bus = BusConnection(screen.environment["DBUS_SESSION_BUS_ADDRESS"])
        self.items: list[str] = []
        self.signals: list[Message] = []
        for interface in (ITEM, MENU):
            self.bus.call(bus_call("AddMatch", "s", [f"type='signal',interface='{interface}'"]))
        self.bus.call(bus_call("RequestName", "su", [WATCHER, 4]))

    def listen(self, until: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + 120
        while not until():
            assert time.monotonic() < deadline, f"{what} did not come"
            select.select([self.bus], [], [], 0.05)
            for message in self.bus.take():
                if names_of(message)[2] == "RegisterStatusNotifierItem":
                    self.items += message.body
                elif message.header.message_type is MessageType.signal:
                    self.signals.append(message)

    def ask(self, path: str, interface: str, member: str, signature: str = "", *arguments: Any) -> Any:
        return self.bus.call(MethodCall(self.items[-1], path, interface, member, signature, arguments))

    def labels(self) -> dict[str, int]:
        _, (_, _, children) = self.ask(MENU_PATH, MENU, "GetLayout", "iias", 0, -1, [])
        entries = [entry for _, entry in children]
        return {each["label"][1]: number for number, each, _ in entries if "label" in each}

    def click(self, label: str) -> None:
        self.ask(MENU_PATH, MENU, "Event", "isvu", self.labels()[label], "clicked", ("s", ""), 0)

    def is_offered(self, label: str) -> bool:
        return label in self.labels()


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Desktop]:
    with desktop(tmp_path, has_bus=True) as found:
        yield found


def _policy(*, shows_tray_icon: bool = True, version: str = "1") -> Any:
    texts = NotificationTexts("You are private.", "Over.")
    return open_policy(
        settings=AgentSettings(shows_tray_icon=shows_tray_icon, config_update_seconds=5),
        notifications=texts,
        version=version,
    )


def test_the_icon_follows_and_obeys(tmp_path: Path, screen: Desktop) -> None:
    tray = _Watcher(screen)
    with AgentService(policy=_policy()) as service, agent_process(tmp_path, service, screen.environment) as agent:
        tray.listen(lambda: tray.items, "the icon")
        (shown,) = tray.ask(ITEM_PATH, PROPERTIES, "GetAll", "s", ITEM)
        assert (shown["Id"][1], shown["Menu"][1]) == ("task-mining-agent", MENU_PATH)
        assert len(shown["IconPixmap"][1][0][2]) == 22 * 22 * 4
        tray.listen(lambda: tray.is_offered("Task Mining: recording"), "recording")
        tray.click("Private mode")
        tray.listen(lambda: tray.is_offered("End private mode"), "private mode")
        assert "private until" in agent.ask("status")
        assert {"NewIcon", "LayoutUpdated"} <= {names_of(signal)[2] for signal in tray.signals}
        tray.click("Extend private mode")
        tray.click("End private mode")
        tray.listen(lambda: tray.is_offered("Private mode"), "the end of private mode")
        assert "Now:       recording" in agent.ask("status")
        tray.bus.call(bus_call("ReleaseName", "s", [WATCHER]))  # the desktop's panel restarts
        tray.bus.call(bus_call("RequestName", "su", [WATCHER, 4]))
        tray.listen(lambda: len(tray.items) == 2, "the icon again")
    tray.bus.close()


def test_a_desktop_without_a_tray_and_a_policy_without_an_icon_change_nothing(tmp_path: Path, screen: Desktop) -> None:
    with AgentService(policy=_policy()) as service, agent_process(tmp_path, service, screen.environment) as agent:
        tray = _Watcher(screen)  # comes late
        tray.listen(lambda: tray.items, "the icon")
        (has_owner,) = tray.bus.call(bus_call("NameHasOwner", "s", [tray.items[-1]]))
        assert has_owner
        service.policy = _policy(shows_tray_icon=False, version="2")
        wait_for(lambda: not tray.bus.call(bus_call("NameHasOwner", "s", [tray.items[-1]]))[0], what="its end")
        assert "Now:       recording" in agent.ask("status")
        assert "session bus is left" not in agent.folder.log.read_text(encoding="utf-8")
        tray.bus.close()


def test_the_answers_are_understood_by_another_program(tmp_path: Path, screen: Desktop) -> None:
    tray = _Watcher(screen)
    with AgentService(policy=_policy()) as service, agent_process(tmp_path, service, screen.environment):
        tray.listen(lambda: tray.items, "the icon")
        layout = ("dbus-send", "--session", "--print-reply", f"--dest={tray.items[-1]}", MENU_PATH, f"{MENU}.GetLayout")
        said = subprocess.run(
            [*layout, "int32:0", "int32:-1", "array:string:"],
            env=screen.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        assert 'string "Status"' in said.stdout
    tray.bus.close()
