"""Turns the X server's time into the agent's, so that what is heard late is stamped with when it was done."""

import time

HEARD_LATE_MAX_MS = 5_000


def done_us(at_ms: int, *, now_us: int) -> int:
    """`at_ms` counts as the server does, in 32 bits; only a distant display has another clock than this machine."""
    late_ms = (time.monotonic_ns() // 1_000_000 - at_ms) & 0xFFFF_FFFF
    return now_us - (late_ms * 1000 if late_ms <= HEARD_LATE_MAX_MS else 0)
