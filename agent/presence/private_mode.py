"""Private mode: asked for by the person, ended by them or by a deadline on the clock that a restart does not reset."""

import msgspec

from agent.clocks import Instant

SECOND_US = 1_000_000
SECONDS_MAX = 24 * 3600
SAID_BEFORE_SECONDS = 120
"""That private mode ends is said so long before, or for the last third of a short one."""


class PrivateMode(msgspec.Struct, frozen=True):
    """`ends_*` is None when the configuration gives private mode no timeout. Times in microseconds."""

    boot_id: str
    started_wall_us: int
    ends_boot_us: int | None
    ends_wall_us: int | None


def begin(now: Instant, *, seconds: int | None) -> PrivateMode:
    if seconds is None:
        return PrivateMode(now.boot_id, now.wall_us, None, None)
    length_us = max(1, min(seconds, SECONDS_MAX)) * SECOND_US
    return PrivateMode(now.boot_id, now.wall_us, now.boot_us + length_us, now.wall_us + length_us)


def remaining_us(mode: PrivateMode, now: Instant) -> int | None:
    """How long it lasts still; None without timeout. 0 means it is over.

    In the same boot the boot clock counts (a wall clock that is set changes nothing). After a reboot only the wall
    clock is left; then it never lasts longer than it was granted.
    """
    if mode.ends_boot_us is None or mode.ends_wall_us is None:
        return None
    if mode.boot_id == now.boot_id:
        return max(0, mode.ends_boot_us - now.boot_us)
    granted_us = mode.ends_wall_us - mode.started_wall_us
    return max(0, min(granted_us, mode.ends_wall_us - now.wall_us))


def ends_soon_us(mode: PrivateMode, now: Instant) -> int | None:
    """How long until it is time to say that it ends; 0 when it is. None without timeout."""
    left_us = remaining_us(mode, now)
    if left_us is None or mode.ends_wall_us is None:
        return None
    return max(0, left_us - min(SAID_BEFORE_SECONDS * SECOND_US, (mode.ends_wall_us - mode.started_wall_us) // 3))


def is_longer(mode: PrivateMode, other: PrivateMode, now: Instant) -> bool:
    """Whether one ends later than the other; none ends later than one without timeout."""
    left_us, other_us = remaining_us(mode, now), remaining_us(other, now)
    return other_us is not None and (left_us is None or left_us > other_us)


def extend(mode: PrivateMode, now: Instant, *, seconds: int) -> PrivateMode:
    """Adds to what remains; never beyond the maximum from now."""
    left_us = remaining_us(mode, now)
    if left_us is None:
        return mode
    length_us = min(left_us + seconds * SECOND_US, SECONDS_MAX * SECOND_US)
    return PrivateMode(now.boot_id, mode.started_wall_us, now.boot_us + length_us, now.wall_us + length_us)
