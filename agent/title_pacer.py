"""Slows down windows that change their title without end: the first change at once, then the latest one at intervals.

Reading titles belongs to the capture backends. A change of window is never held back.
"""

from typing import Generic, TypeVar

PACE_US = 250_000

Seen = TypeVar("Seen")


class TitlePacer(Generic[Seen]):
    """Within `pace_us` of the last passed change of the same window, only the newest is kept, until `due_us`."""

    def __init__(self, *, pace_us: int = PACE_US) -> None:
        self._pace_us = pace_us
        self._window: int | None = None
        self._passed_us = 0
        self._held: Seen | None = None
        self.skipped_count = 0

    def offer(self, seen: Seen, *, window: int, at_us: int) -> list[Seen]:
        """What may pass now, oldest first: when the window changes, the last title of the former one goes first."""
        if window != self._window:
            passed = [*self._release(), seen]
            self._window, self._passed_us = window, at_us
            return passed
        if at_us - self._passed_us >= self._pace_us:
            self._held, self._passed_us = None, at_us
            return [seen]
        self.skipped_count += self._held is not None
        self._held = seen
        return []

    @property
    def due_us(self) -> int | None:
        return None if self._held is None else self._passed_us + self._pace_us

    def due(self, *, now_us: int) -> list[Seen]:
        if self.due_us is None or now_us < self.due_us:
            return []
        self._passed_us = now_us
        return self._release()

    def _release(self) -> list[Seen]:
        held, self._held = self._held, None
        return [] if held is None else [held]
