"""Runs a system bus with python-dbusmock's logind on it, at which sessions are locked and sent to sleep."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.dbus.connection import BusConnection
from agent.dbus.messages import MethodCall
from tests.fakes.desktop import process, wait_for

PYTHON = "/usr/bin/python3"
LOGIN1, PATH = "org.freedesktop.login1", "/org/freedesktop/login1"
MANAGER, SESSION, USER = f"{LOGIN1}.Manager", f"{LOGIN1}.Session", f"{LOGIN1}.User"
MOCK, PROPERTIES = "org.freedesktop.DBus.Mock", "org.freedesktop.DBus.Properties"


def no_logind() -> str:
    """One sentence with the remedy, "" when nothing is missing."""
    asked = [PYTHON, "-c", "import dbusmock"]
    has_mock = Path(PYTHON).exists() and subprocess.run(asked, capture_output=True, check=False).returncode == 0
    is_there = has_mock and shutil.which("dbus-daemon") is not None
    return "" if is_there else "Missing dbusmock: install the system packages python3-dbusmock and dbus-x11."


class Logind:
    """What happens to sessions; `bus` is the connection of somebody else than the agent."""

    def __init__(self, bus: BusConnection) -> None:
        self.bus = bus

    def add(self, session: str) -> str:
        """Of this process's own person, in front. Its path."""
        return str(self.ask(PATH, MOCK, "AddSession", "ssusb", [session, "seat0", os.getuid(), "jane", True])[0])

    def session(self, session: str, member: str, signature: str = "", *arguments: object) -> None:
        self.ask(f"{PATH}/session/{session}", SESSION, member, signature, arguments)

    def show(self, session: str, *, is_active: bool) -> None:
        """Brings it to the screen, or somebody else's in its place."""
        active = {"Active": ("b", is_active)}
        self.ask(f"{PATH}/session/{session}", MOCK, "UpdateProperties", "sa{sv}", [SESSION, active])

    def show_user(self, session: str) -> None:
        """The person's session on a display is this one. (The template's own GetUser adds a number to a text.)"""
        code = f"ret = '{PATH}/user/%i' % args[0]"
        self.ask(PATH, MOCK, "AddMethod", "sssss", [MANAGER, "GetUser", "u", "o", code])
        display = ("(so)", (session, f"{PATH}/session/{session}"))
        self.ask(f"{PATH}/user/{os.getuid()}", PROPERTIES, "Set", "ssv", [USER, "Display", display])

    def sleep(self, *, is_asleep: bool) -> None:
        told = [("b", is_asleep)]
        self.ask(PATH, MOCK, "EmitSignal", "sssav", [MANAGER, "PrepareForSleep", "b", told])

    def delays(self) -> list[tuple[str, str]]:
        """(what is delayed, by whom)."""
        return [(what, who) for what, who, *_ in self.ask(PATH, MANAGER, "ListInhibitors")[0]]

    def ask(self, path: str, interface: str, member: str, signature: str = "", arguments: Any = ()) -> Any:
        return self.bus.call(MethodCall(LOGIN1, path, interface, member, signature, arguments))


@contextmanager
def logind(folder: Path, environment: Mapping[str, str]) -> Iterator[Logind]:
    """Its bus listens at `folder/system-bus`."""
    address = f"unix:path={folder}/system-bus"
    within = {**environment, "DBUS_SYSTEM_BUS_ADDRESS": address, "DBUS_SESSION_BUS_ADDRESS": address}
    with process("dbus-daemon", "--session", "--nofork", "--address", address, environment=within):
        wait_for((folder / "system-bus").exists, what="the system bus")
        with process(PYTHON, "-m", "dbusmock", "--template", "logind", environment=within):
            bus = wait_for(lambda: _connected(address), what="the bus")
            assert bus is not None
            owned = MethodCall("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner", "s", [LOGIN1])
            wait_for(lambda: bus.call(owned)[0], what="logind")
            try:
                yield Logind(bus)
            finally:
                bus.close()


def _connected(address: str) -> BusConnection | None:
    try:
        return BusConnection(address)
    except OSError:
        return None
