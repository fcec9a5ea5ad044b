"""Signals mean what they say; elements are asked for one step at a time."""

from typing import Any

import pytest

from agent.capture.linux.elements import NULL, find_element
from agent.capture.linux.signals import SessionSignals
from agent.capture.observations import LockSeen, SleepSeen
from agent.dbus.messages import MethodCall
from domain.event_batches import Element

LOGIN1 = "org.freedesktop.login1.Session"
PROPERTIES = "org.freedesktop.DBus.Properties"


@pytest.mark.parametrize(
    ("interface", "member", "body", "seen"),
    [
        ("org.gnome.ScreenSaver", "ActiveChanged", [True], LockSeen(5, is_locked=True)),
        ("org.freedesktop.ScreenSaver", "ActiveChanged", [False], LockSeen(5, is_locked=False)),
        ("org.freedesktop.ScreenSaver", "ActiveChanged", ["yes"], None),
        ("org.freedesktop.ScreenSaver", "ActiveChanged", [], None),
        ("org.elsewhere", "ActiveChanged", [True], None),
        (LOGIN1, "Lock", [], LockSeen(5, is_locked=True)),
        (LOGIN1, "Unlock", [], LockSeen(5, is_locked=False)),
        (PROPERTIES, "PropertiesChanged", [LOGIN1, {"Active": ("b", False)}, []], LockSeen(5, is_locked=True)),
        (PROPERTIES, "PropertiesChanged", [LOGIN1, {"Active": ("b", True)}, []], LockSeen(5, is_locked=False)),
        (PROPERTIES, "PropertiesChanged", [LOGIN1, {"LockedHint": ("b", True)}, []], LockSeen(5, is_locked=True)),
        (PROPERTIES, "PropertiesChanged", [LOGIN1, {"IdleHint": ("b", True)}, []], None),
        ("org.freedesktop.login1.Manager", "PrepareForSleep", [True], SleepSeen(5, is_asleep=True)),
    ],
)
def test_what_a_signal_means(interface: str, member: str, body: list[Any], seen: object) -> None:
    assert SessionSignals().observation_of(interface, member, body, at_us=5) == seen


def test_several_locks_are_one_until_the_last_is_open() -> None:
    signals, saver = SessionSignals(), "org.gnome.ScreenSaver"
    told: list[tuple[str, str, list[Any]]] = [
        (LOGIN1, "Lock", []),
        (saver, "ActiveChanged", [True]),
        (PROPERTIES, "PropertiesChanged", [LOGIN1, {"LockedHint": ("b", True), "Active": ("b", False)}, []]),
        (saver, "ActiveChanged", [False]),
        (PROPERTIES, "PropertiesChanged", [LOGIN1, {"LockedHint": ("b", False)}, []]),
        (PROPERTIES, "PropertiesChanged", [LOGIN1, {"Active": ("b", True)}, []]),
    ]
    locked = [signals.observation_of(interface, member, body, at_us=5) for interface, member, body in told]
    assert locked == [LockSeen(5, is_locked=True)] * 5 + [LockSeen(5, is_locked=False)]


def _accessible_desktop(role: str) -> Any:
    """One application (pid 7) with a frame, in it an entry labelled "Customer"."""
    answers: dict[tuple[str, str], list[Any]] = {
        ("/org/a11y/atspi/accessible/root", "GetChildren"): [[(":1.1", "/app")]],
        ("/org/freedesktop/DBus", "GetConnectionUnixProcessID"): [7],
        ("/app", "GetChildren"): [[(":1.1", "/frame")]],
        ("/frame", "GetAccessibleAtPoint"): [[":1.1", "/entry"]],
        ("/entry", "GetAccessibleAtPoint"): [["", NULL]],
        ("/entry", "GetRoleName"): [role],
        ("/entry", "Get"): [("s", "what was typed")],
        ("/label", "Get"): [("s", "Customer")],
        ("/entry", "GetRelationSet"): [[[2, [(":1.1", "/label")]]]],
    }

    def call(call: MethodCall) -> list[Any]:
        path = "/app" if call.destination == ":1.1" and call.path == "/app" else call.path
        return answers[path, call.member]

    return call


@pytest.mark.parametrize(
    ("role", "element"),
    [
        ("push button", Element("push button", "what was typed")),
        ("text", Element("text", "Customer")),
        ("password text", Element("password text")),
    ],
)
def test_the_element_under_a_click(role: str, element: Element) -> None:
    assert find_element(_accessible_desktop(role), 1, 2, pid=7) == element


def test_another_applications_element_is_not_taken() -> None:
    assert find_element(_accessible_desktop("text"), 1, 2, pid=8) is None
