"""Signals of the desktop mean what they say."""

from typing import Any

import pytest

from agent.capture.linux.signals import SessionSignals
from agent.capture.observations import LockSeen, SleepSeen

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
