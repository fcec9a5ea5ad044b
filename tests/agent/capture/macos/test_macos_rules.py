"""What macOS' notifications and permissions mean; decided without macOS."""

import pytest

from agent.capture.macos import rules
from agent.capture.observations import CAPABILITY_NAMES, LockSeen, SleepSeen


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("com.apple.screenIsLocked", LockSeen(5, is_locked=True)),
        ("com.apple.screenIsUnlocked", LockSeen(5, is_locked=False)),
        ("NSWorkspaceSessionDidResignActiveNotification", LockSeen(5, is_locked=True)),
        ("NSWorkspaceWillSleepNotification", SleepSeen(5, is_asleep=True)),
        ("NSWorkspaceDidWakeNotification", SleepSeen(5, is_asleep=False)),
        ("NSWorkspaceDidMountNotification", None),
    ],
)
def test_notifications(name: str, seen: LockSeen | SleepSeen | None) -> None:
    assert rules.observation_of(name, at_us=5) == seen


def test_what_is_not_permitted_is_a_missing_capability_with_its_remedy() -> None:
    capabilities = rules.capabilities_of({})
    assert set(capabilities) == set(CAPABILITY_NAMES)
    assert "System Settings" in str(capabilities["title"])
    assert rules.capabilities_of({"screen_recording": True})["title"] is True


def test_absurd_idle_times_are_none() -> None:
    assert rules.idle_us(1.5) == 1_500_000
    assert rules.idle_us(-1) is None
    assert rules.idle_us(float("inf")) is None
