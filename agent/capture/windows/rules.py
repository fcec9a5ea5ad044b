"""Interprets Windows' numbers: idle ticks that wrap around, session changes, power changes, window events. Pure."""

from agent.capture.observations import LockSeen, SleepSeen

WTS_CONSOLE_CONNECT, WTS_CONSOLE_DISCONNECT = 1, 2
WTS_REMOTE_CONNECT, WTS_REMOTE_DISCONNECT = 3, 4
WTS_SESSION_LOCK, WTS_SESSION_UNLOCK = 7, 8
PBT_SUSPEND, PBT_RESUME_SUSPEND, PBT_RESUME_AUTOMATIC = 4, 7, 18
EVENT_SYSTEM_FOREGROUND, EVENT_OBJECT_NAMECHANGE = 0x0003, 0x800C
OBJID_WINDOW = 0
HOOK_SILENT_AFTER_US = 30_000_000
PUMP_HANGS_AFTER_US = 10_000_000

_LOCKS = {WTS_SESSION_LOCK, WTS_CONSOLE_DISCONNECT, WTS_REMOTE_DISCONNECT}
_UNLOCKS = {WTS_SESSION_UNLOCK}


def idle_us(tick_now: int, tick_of_last_input: int) -> int:
    """GetTickCount counts milliseconds in 32 bits and starts anew after 49.7 days."""
    return ((tick_now - tick_of_last_input) & 0xFFFFFFFF) * 1000


def session_change(code: int, *, at_us: int) -> LockSeen | None:
    """WM_WTSSESSION_CHANGE. A session that is disconnected is nobody's screen; connecting alone unlocks nothing."""
    if code in _LOCKS:
        return LockSeen(at_us, is_locked=True)
    return LockSeen(at_us, is_locked=False) if code in _UNLOCKS else None


def power_change(code: int, *, at_us: int) -> SleepSeen | None:
    """WM_POWERBROADCAST. Waking is told twice when a person wakes the machine; the second changes nothing."""
    if code == PBT_SUSPEND:
        return SleepSeen(at_us, is_asleep=True)
    return SleepSeen(at_us, is_asleep=False) if code in {PBT_RESUME_SUSPEND, PBT_RESUME_AUTOMATIC} else None


def is_about_active_window(event: int, *, window: int, foreground: int, object_id: int, child_id: int) -> bool:
    """Name changes come from every control of every window: only the active window's own are of interest."""
    if object_id != OBJID_WINDOW or child_id != 0:
        return False
    return event == EVENT_SYSTEM_FOREGROUND or (event == EVENT_OBJECT_NAMECHANGE and window == foreground)


def point_number(x: int, y: int) -> int:
    """A POINT as 64-bit Windows takes it by value: x in the lower half, y in the upper one; negative to the left."""
    return int.from_bytes(x.to_bytes(4, "little", signed=True) + y.to_bytes(4, "little", signed=True), "little")


def is_hook_dead(*, last_input_us: int | None, last_heard_us: int) -> bool:
    """Windows silently removes a hook that answered too late: input goes on, but nothing is heard."""
    return last_input_us is not None and last_input_us - last_heard_us > HOOK_SILENT_AFTER_US
