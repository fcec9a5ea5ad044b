"""A notice of ours that is pressed is told, on a real bus; one that ends by itself, or another program's, is not.

One that the desktop has not shown is known as such.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from jeepney import DBusAddress, Message, new_error, new_method_return, new_signal

from agent.capture.linux.buses import DesktopBuses
from agent.capture.observations import Observation, OwnSurfaceUsed, OwnUse
from agent.dbus.connection import BusConnection
from agent.dbus.messages import bus_call, names_of
from tests.fakes.desktop import missing, process, wait_for

pytestmark = [pytest.mark.skipif(bool(missing()), reason=missing())]
NOTIFICATIONS = "org.freedesktop.Notifications"


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BusConnection]:
    """Of whoever shows the desktop's notices."""
    address = f"unix:path={tmp_path}/bus"
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/no-system-bus")
    with process("dbus-daemon", "--session", "--nofork", "--address", address, environment={}):
        wait_for((tmp_path / "bus").exists, what="the session bus")
        found = BusConnection(address)
        found.call(bus_call("RequestName", "su", [NOTIFICATIONS, 4]))
        yield found
        found.close()


def _asked(bus: BusConnection) -> Message | None:
    return next((message for message in bus.take() if names_of(message)[2] == "Notify"), None)


@pytest.fixture
def seen() -> list[Observation]:
    return []


@pytest.fixture
def buses(bus: BusConnection, seen: list[Observation]) -> Iterator[DesktopBuses]:
    found = DesktopBuses(seen.append, lambda: time.time_ns() // 1000)
    found.start(with_elements=False)
    yield found
    found.stop()


def _show(bus: BusConnection, buses: DesktopBuses, signature: str | None, answer: tuple[object, ...]) -> None:
    buses.notify("Task Mining", "Private mode is over.")
    asked = wait_for(lambda: _asked(bus), what="the notice")
    bus.send(new_method_return(asked, signature, answer))


def test_a_press_on_a_notice_of_ours_is_heard_of(
    bus: BusConnection, buses: DesktopBuses, seen: list[Observation]
) -> None:
    for signature, answer in ((None, ()), ("s", ("seven",)), ("av", ([],))):  # odd answers name no notice
        _show(bus, buses, signature, answer)
    _show(bus, buses, "u", (7,))
    emitter = DBusAddress(f"/{NOTIFICATIONS.replace('.', '/')}", interface=NOTIFICATIONS)
    for member, signature, body in (
        ("NotificationClosed", "uu", (7, 1)),  # by time
        ("NotificationClosed", "uu", (8, 2)),  # somebody else's
        ("ActionInvoked", "us", (8, "default")),
        ("NotificationClosed", "uu", (7, 2)),
        ("ActionInvoked", "us", (7, "default")),
    ):
        bus.send(new_signal(emitter, member, signature, body))
    wait_for(lambda: len(seen) >= 2, what="both presses")
    assert [each.use for each in seen if isinstance(each, OwnSurfaceUsed)] == [OwnUse.PRESSED] * 2


def test_a_notice_that_the_desktop_refuses_is_known_as_not_shown(bus: BusConnection, buses: DesktopBuses) -> None:
    assert buses.notify("Task Mining", "Private mode is over."), "nothing is known yet"
    asked = wait_for(lambda: _asked(bus), what="the notice")
    bus.send(new_error(asked, "org.freedesktop.DBus.Error.ServiceUnknown"))
    wait_for(lambda: not buses._notices.are_shown, what="the refusal")
    assert not buses.notify("Task Mining", "Private mode is over.")
    shown = wait_for(lambda: _asked(bus), what="the next one, which is asked for all the same")
    bus.send(new_method_return(shown, "u", (3,)))
    wait_for(lambda: buses._notices.are_shown, what="the answer")
    assert buses.notify("Task Mining", "Private mode is over.")


def test_without_a_bus_no_notice_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"):
        monkeypatch.setenv(name, f"unix:path={tmp_path}/no-bus")
    found = DesktopBuses(lambda seen: None, lambda: time.time_ns() // 1000)
    found.start(with_elements=False)
    assert not found.notify("Task Mining", "Private mode is over.")
    found.stop()
