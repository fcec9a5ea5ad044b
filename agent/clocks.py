"""What time it is, on the wall and since boot, and a session's clock that never runs backwards."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

SECOND = 1_000_000
STEP_TOLERANCE_US = 2 * SECOND
"""Between two looks the wall clock may drift from the boot clock by this much before it counts as set."""


class Instant(msgspec.Struct, frozen=True):
    """One moment on three clocks, in microseconds. `boot_us` runs on through sleep; `awake_us` does not."""

    wall_us: int
    boot_us: int
    awake_us: int
    boot_id: str


def _boot_id() -> str:
    path = Path("/proc/sys/kernel/random/boot_id")
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        # No such file elsewhere: the second at which the machine was started serves as well.
        return f"started-{round(time.time() - _boot_ns() / 1e9, -1):.0f}"


def _boot_ns() -> int:
    if sys.platform == "linux":
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":  # Python's monotonic clock stands still there while the machine sleeps
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    return time.monotonic_ns()


class SystemClock:
    """Reads the machine's clocks."""

    def __init__(self) -> None:
        self._boot_id = _boot_id()

    def now(self) -> Instant:
        return Instant(time.time_ns() // 1000, _boot_ns() // 1000, time.monotonic_ns() // 1000, self._boot_id)


class SessionClock:
    """The time stamps of one agent session: the wall clock as it was at the start, carried on by the boot clock.

    A wall clock that is set in mid-session, forward or back, changes nothing: the stamps stay even, and what they
    differ from the server's time is one number. `steps` counts how often it was set.
    """

    def __init__(self, read: Callable[[], Instant]) -> None:
        self._read = read
        first = read()
        self.boot_id = first.boot_id
        self.wall_minus_boot_us = first.wall_us - first.boot_us
        self._last_us = first.wall_us
        self._noted_wall_offset_us = self.wall_minus_boot_us
        self.steps: list[int] = []

    def now_us(self) -> int:
        instant = self._read()
        wall_offset = instant.wall_us - instant.boot_us
        step = wall_offset - self._noted_wall_offset_us
        if abs(step) > STEP_TOLERANCE_US:
            self.steps.append(step)
            self._noted_wall_offset_us = wall_offset
        self._last_us = max(self._last_us, instant.boot_us + self.wall_minus_boot_us)
        return self._last_us

    def wall_ahead_us(self) -> int:
        """What the wall clock is ahead of the stamps, now: nothing, unless it was set."""
        instant = self._read()
        return instant.wall_us - instant.boot_us - self.wall_minus_boot_us


def slept_us(before: Instant, after: Instant) -> int:
    """How long the machine slept between two looks: what the boot clock counted and the awake clock did not."""
    if before.boot_id != after.boot_id:
        return 0
    return max(0, (after.boot_us - before.boot_us) - (after.awake_us - before.awake_us))
