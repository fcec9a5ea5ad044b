"""Estimates how far the server's clock is ahead of the one that stamps events: from the time in every answer.

The stamping clock runs evenly whatever the wall clock does, so one difference holds for a whole session.
"""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

SECOND_US = 1_000_000
TOLERATED_US = 2 * SECOND_US
"""Clocks that differ by less are left alone: an answer's date is of whole seconds."""

LOOKS_KEPT = 9
TIMELESS_MAX = 3
"""After so many answers in which the server does not tell its time, the own clock has to do."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Look(msgspec.Struct, frozen=True):
    """One comparison of the clocks, in microseconds: the true difference is no further away than `uncertain_us`."""

    ahead_us: int
    uncertain_us: int


def date_us(text: str) -> int | None:
    """A Date header (RFC 9110, IMF-fixdate) in microseconds, the middle of its second; None for anything else."""
    try:
        _, day, month, year, clock, zone = text.split(" ")
        hour, minute, second = (int(part) for part in clock.split(":"))
        moment = datetime(int(year), _MONTHS.index(month) + 1, int(day), hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None
    return int(moment.timestamp()) * SECOND_US + SECOND_US // 2 if zone == "GMT" else None


class ServerClock:
    """Used by the threads that speak with the service. `on_change(shift)` hears of every new difference.

    `shift_us`: what to add to a stamp to have the server's time; None while it is not known.
    """

    def __init__(self, on_change: Callable[[int], None]) -> None:
        self._on_change = on_change
        self._looks: deque[Look] = deque(maxlen=LOOKS_KEPT)
        self._timeless_count = 0
        self.shift_us: int | None = None

    def begin(self, shift_us: int) -> None:
        """With what is known from before, in the same boot of the machine."""
        self.shift_us = shift_us

    def server_us(self, stamp_us: int) -> int:
        """A stamp in the server's time, as far as that is known."""
        return stamp_us + (self.shift_us or 0)

    def look(self, *, server_us: int, sent_us: int, received_us: int, resolution_us: int = 0) -> None:
        """`server_us` was told in an answer; sent and received are stamps."""
        way_us = max(0, received_us - sent_us)
        look = Look(server_us - sent_us - way_us // 2, way_us // 2 + resolution_us // 2)
        self._looks = deque((each for each in self._looks if _may_agree(each, look)), maxlen=LOOKS_KEPT)
        self._looks.append(look)
        self._judge(min(self._looks, key=lambda each: each.uncertain_us))

    def hear_answer(self, headers_date: str, *, sent_us: int, received_us: int) -> None:
        """Any answer of the service itself, with what its Date header says."""
        told_us = date_us(headers_date)
        if told_us is not None:
            self.look(server_us=told_us, sent_us=sent_us, received_us=received_us, resolution_us=SECOND_US)
            return
        self._timeless_count += 1
        if self.shift_us is None and self._timeless_count >= TIMELESS_MAX:
            self._change(0)

    def _judge(self, best: Look) -> None:
        """A difference that the look itself cannot vouch for is none."""
        tolerated_us = TOLERATED_US + best.uncertain_us
        if self.shift_us is None or abs(best.ahead_us - self.shift_us) > tolerated_us:
            self._change(best.ahead_us if abs(best.ahead_us) > tolerated_us else 0)

    def _change(self, shift_us: int) -> None:
        if shift_us != self.shift_us:
            self.shift_us = shift_us
            self._on_change(shift_us)


def _may_agree(one: Look, other: Look) -> bool:
    """Whether both can be true at once; a clock that was moved contradicts what was seen before."""
    return abs(one.ahead_us - other.ahead_us) <= one.uncertain_us + other.uncertain_us + TOLERATED_US
