"""The element under a real click in a real dialog, by AT-SPI; of a password field the role alone."""

import secrets
from pathlib import Path

import pytest

from agent.capture.observations import ClickSeen, Observation
from agent.clocks import SessionClock, SystemClock
from domain.event_batches import Element
from tests.fakes.desktop import Desktop, desktop, missing, process, wait_for

LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
pytestmark = [
    pytest.mark.x11,
    pytest.mark.skipif(
        bool(missing()) or not LAUNCHER.exists(), reason=missing() or "Missing at-spi2-core: install it."
    ),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def _elements(seen: list[Observation]) -> set[Element]:
    slots = [each.slot for each in seen if isinstance(each, ClickSeen) and each.slot is not None]
    return {slot.element for slot in slots if slot.element is not None}


def _roles(seen: list[Observation]) -> set[str]:
    return {element.role for element in _elements(seen)}


def _click_down_the_dialog(screen: Desktop, dialog: str) -> None:
    """On every field, but not on the buttons at the bottom."""
    geometry = dict(
        line.split("=")
        for line in screen.run("xdotool", "getwindowgeometry", "--shell", dialog).splitlines()
        if "=" in line
    )
    for y in range(15, int(geometry["HEIGHT"]) - 55, 12):
        screen.run(
            "xdotool", "mousemove", "--window", dialog, str(int(geometry["WIDTH"]) * 3 // 4), str(y), "click", "1"
        )
        screen.run("xdotool", "sleep", "0.12")


def test_fields_are_told_by_role_and_never_by_what_is_in_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with desktop(tmp_path, has_bus=True) as screen:
        del screen.environment["NO_AT_BRIDGE"]
        for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "HOME", "XDG_RUNTIME_DIR"):
            monkeypatch.setenv(name, screen.environment[name])
        with process(str(LAUNCHER), "--launch-immediately", environment=screen.environment):
            from agent.capture.x11.backend import X11Backend  # noqa: PLC0415 - pynput wants the display

            backend, seen = X11Backend(SessionClock(SystemClock().now).now_us), list[Observation]()
            dialog = screen.open(
                *("zenity", "--forms", "--title=Order", "--text=Order", "--add-entry=Customer", "--add-password=Pass"),
                title="Order",
            )
            backend.start(seen.append)
            try:
                assert backend.capabilities()["element"] is True
                screen.activate(dialog)
                typed = secrets.token_hex(4)

                def are_both_seen() -> bool:
                    _click_down_the_dialog(screen, dialog)
                    return _roles(seen) >= {"text", "password text"}

                wait_for(are_both_seen, what="both fields")
                screen.write(typed)
                _click_down_the_dialog(screen, dialog)
            finally:
                backend.stop()
    found = _elements(seen)
    assert Element("password text") in found
    assert {element.name for element in found} <= {"", "Order", "Customer", "Pass"}
    assert typed not in str(found)
