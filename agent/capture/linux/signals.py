"""Interprets signals of the desktop's buses: lock, unlock, sleep, waking, the session switched away. Touches no bus.

Add a desktop's screen saver to `SCREEN_SAVERS`.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from agent.capture.observations import LockSeen, SleepSeen

LOGIN1 = "org.freedesktop.login1"
LOGIN1_SESSION = f"{LOGIN1}.Session"
LOGIN1_MANAGER = f"{LOGIN1}.Manager"
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
    """Only the session manager's own word, and only our own session's: several people may be signed in."""
    said = f"type='signal',sender='{LOGIN1}'"
    rules = [f"{said},interface='{LOGIN1_MANAGER}',member='PrepareForSleep'"]
    if session_path:
        rules.append(f"{said},interface='{LOGIN1_SESSION}',path='{session_path}'")
        rules.append(f"{said},interface='{PROPERTIES}',member='PropertiesChanged',path='{session_path}'")
    return tuple(rules)


class Lock(StrEnum):
    """Grammar: what keeps the person from the screen. Several may at once; each is taken away by its own end."""

    ASKED = "asked"
    HINTED = "hinted"
    SCREEN_SAVER = "screen_saver"
    AWAY = "away"


class SessionSignals:
    """Remembers which locks hold: who comes back to a locked session has not unlocked it."""

    def __init__(self) -> None:
        self._locks: set[Lock] = set()

    def observation_of(
        self, interface: str, member: str, body: Sequence[Any], *, at_us: int
    ) -> LockSeen | SleepSeen | None:
        """None for a signal that says nothing of this kind, whatever its body holds."""
        first = body[0] if body else None
        if member == "ActiveChanged" and interface in SCREEN_SAVERS and isinstance(first, bool):
            return self._locked(at_us, Lock.SCREEN_SAVER, is_on=first)
        if interface == LOGIN1_SESSION and member in {"Lock", "Unlock"}:
            return self._locked(at_us, Lock.ASKED, is_on=member == "Lock")
        if interface == LOGIN1_MANAGER and member == "PrepareForSleep" and isinstance(first, bool):
            return SleepSeen(at_us, first)
        if interface == PROPERTIES and member == "PropertiesChanged" and len(body) > 1 and isinstance(body[1], dict):
            return self.of_properties(body[1], at_us=at_us)
        return None

    def of_properties(self, changed: dict[str, Any], *, at_us: int) -> LockSeen | None:
        """`LockedHint` is the desktop's own word; a session that is no longer `Active` is somebody else's screen."""
        seen = None
        for name, lock, means_locked in (("LockedHint", Lock.HINTED, True), ("Active", Lock.AWAY, False)):
            match changed.get(name):
                case (_, bool(value)):
                    seen = self._locked(at_us, lock, is_on=value is means_locked)
        return seen

    def _locked(self, at_us: int, lock: Lock, *, is_on: bool) -> LockSeen:
        if is_on:
            self._locks.add(lock)
        else:
            # A desktop that was asked to lock says when that is over by its own sign, not by the one it was asked with.
            self._locks -= {lock} if lock is Lock.AWAY else {lock, Lock.ASKED}
        return LockSeen(at_us, bool(self._locks))
