"""Interprets macOS' notifications and permissions. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from agent.capture.observations import Capabilities, LockSeen, SleepSeen
from agent.capture.own_surfaces import OwnSurfaces, Place, Spot

SCREEN_LOCKED, SCREEN_UNLOCKED = "com.apple.screenIsLocked", "com.apple.screenIsUnlocked"
WILL_SLEEP, DID_WAKE = "NSWorkspaceWillSleepNotification", "NSWorkspaceDidWakeNotification"
SWITCHED_AWAY = "NSWorkspaceSessionDidResignActiveNotification"
SWITCHED_BACK = "NSWorkspaceSessionDidBecomeActiveNotification"
LOOP_HANGS_AFTER_US = 10_000_000

_LOCKS = {SCREEN_LOCKED: True, SCREEN_UNLOCKED: False, SWITCHED_AWAY: True, SWITCHED_BACK: False}
_SLEEPS = {WILL_SLEEP: True, DID_WAKE: False}


def observation_of(notification: str, *, at_us: int) -> LockSeen | SleepSeen | None:
    if notification in _LOCKS:
        return LockSeen(at_us, _LOCKS[notification])
    return SleepSeen(at_us, _SLEEPS[notification]) if notification in _SLEEPS else None


def idle_us(seconds: float) -> int | None:
    """CGEventSourceSecondsSinceLastEventType; a negative or endless answer is none."""
    return int(seconds * 1_000_000) if 0 <= seconds < 365 * 86_400 else None


def capabilities_of(permissions: Mapping[str, bool]) -> Capabilities:
    """`permissions`: accessibility, input_monitoring, screen_recording, as macOS grants them."""
    title = permissions.get("screen_recording", False) or "grant Screen Recording in System Settings"
    keys = permissions.get("input_monitoring", False) or "grant Input Monitoring in System Settings"
    return {
        "window": True,
        "title": title,
        "keys": keys,
        "clicks": keys,
        "scroll": keys,
        "clipboard": "only by keyboard",
        "idle": True,
        "lock": True,
        "sleep": True,
        "element": "not offered on macOS yet",
        "call": "not offered on macOS yet",
    }


def spot_at(
    windows: Iterable[Mapping[str, Any]], point: tuple[float, float], *, front: int | None, own: OwnSurfaces
) -> Spot:
    """What is at a point, of the windows that CGWindowListCopyWindowInfo tells from front to back.

    What cannot be seen (alpha 0) is looked through.
    """
    x, y = point
    for window in windows:
        bounds = window.get("kCGWindowBounds") or {}
        left, top, width, height = (float(bounds.get(name, 0)) for name in ("X", "Y", "Width", "Height"))
        if window.get("kCGWindowAlpha", 1) and left <= x < left + width and top <= y < top + height:
            pid = int(window.get("kCGWindowOwnerPID", 0))
            return own.spot_of(-pid, pid=pid or None, front=front)
    return Spot(Place.ELSEWHERE)
