"""Counts keys by the window they were pressed in, and none that went to a secret field.

That a field is secret may be heard a moment after the first key in it: where fields are told, counts wait for it.
Pure bookkeeping of times; the keys themselves are known to nobody.
"""

from collections.abc import Iterable

import msgspec

from agent.policy.drafts import ObservedContext
from agent.recording.deduplication import HOLD_US

MARGIN_US = 150_000
"""A focus is told by another way than a key, and may be stamped after the first key that it got."""


class Burst(msgspec.Struct):
    """Keys pressed in one window without anything else between; `times_us` in order."""

    context: ObservedContext
    times_us: list[int]


class KeyCounts:
    """Used by the recorder's thread."""

    def __init__(self) -> None:
        self._open: Burst | None = None
        self._held: list[Burst] = []

    def press(self, at_us: int, context: ObservedContext) -> None:
        if self._open is None:
            self._open = Burst(context, [])
        self._open.times_us.append(at_us)

    def close(self) -> None:
        """What follows is counted anew."""
        if self._open is not None:
            self._held.append(self._open)
            self._open = None

    @property
    def context(self) -> ObservedContext:
        """Where the keys are pressed that are counted now."""
        return self._open.context if self._open is not None else ObservedContext()

    @property
    def began_us(self) -> int | None:
        """When the first key was pressed that is counted now."""
        return self._open.times_us[0] if self._open is not None else None

    @property
    def due_us(self) -> int | None:
        """When the first burst that is closed may be told."""
        return min((burst.times_us[-1] + HOLD_US for burst in self._held), default=None)

    def forget_since(self, at_us: int) -> None:
        """The keyboard went to a secret field then."""
        bursts = [*self._held, *([self._open] if self._open is not None else [])]
        for burst in bursts:
            burst.times_us = [each for each in burst.times_us if each < at_us - MARGIN_US]
        self._held = [burst for burst in self._held if burst.times_us]
        if self._open is not None and not self._open.times_us:
            self._open = None

    def ripe(self, *, now_us: int) -> Iterable[Burst]:
        """What nobody can call secret any more."""
        ripe = [burst for burst in self._held if now_us >= burst.times_us[-1] + HOLD_US]
        self._held = [burst for burst in self._held if burst not in ripe]
        return ripe

    def take(self) -> list[Burst]:
        """All, at once."""
        self.close()
        taken, self._held = self._held, []
        return taken
