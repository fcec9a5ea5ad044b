"""What signals of the desktop buses mean: lock, unlock, sleep, waking, the session switched away. Pure.

Listening to the buses belongs to `linux.buses`.
"""

from collections.abc import Sequence
from typing import Any

from agent.capture.observations import LockSeen, SleepSeen

LOGIN1_SESSION = "org.freedesktop.login1.Session"
LOGIN1_MANAGER = "org.freedesktop.login1.Manager"
PROPERTIES = "org.freedesktop.DBus.Properties"
SCREEN_SAVERS = (
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
)

SESSION_BUS_RULES = tuple(f"type='signal',interface='{name}',member='ActiveChanged'" for name in SCREEN_SAVERS)


def system_bus_rules(session_path: str) -> tuple[str, ...]:
    """Only our own session's signals: several people may be signed in."""
    rules = [f"type='signal',interface='{LOGIN1_MANAGER}',member='PrepareForSleep'"]
    if session_path:
        rules.append(f"type='signal',interface='{LOGIN1_SESSION}',path='{session_path}'")
        rules.append(f"type='signal',interface='{PROPERTIES}',member='PropertiesChanged',path='{session_path}'")
    return tuple(rules)


def observation_of(interface: str, member: str, body: Sequence[Any], *, at_us: int) -> LockSeen | SleepSeen | None:
    """None for a signal that says nothing of this kind, whatever its body holds."""
    first = body[0] if body else None
    if member == "ActiveChanged" and interface in SCREEN_SAVERS and isinstance(first, bool):
        return LockSeen(at_us, first)
    if interface == LOGIN1_SESSION and member in {"Lock", "Unlock"}:
        return LockSeen(at_us, member == "Lock")
    if interface == LOGIN1_MANAGER and member == "PrepareForSleep" and isinstance(first, bool):
        return SleepSeen(at_us, first)
    if interface == PROPERTIES and member == "PropertiesChanged" and len(body) > 1 and isinstance(body[1], dict):
        return _of_properties(body[1], at_us)
    return None


def _of_properties(changed: dict[str, Any], at_us: int) -> LockSeen | None:
    """`LockedHint` is the desktop's own word; a session that is no longer `Active` is somebody else's screen."""
    for name, means_locked in (("LockedHint", True), ("Active", False)):
        value = getattr(changed.get(name), "value", None)
        if isinstance(value, bool):
            return LockSeen(at_us, value is means_locked)
    return None
