"""Remembers over whose window the wheel turns: every step is told, and to ask is to look at windows. Pure."""

from collections.abc import Callable

from agent.capture.own_surfaces import Place

STEP_WITHIN_US = 1_000_000
"""So long after a step the next one is over the same window, when the pointer and the window in front are the same."""


class WheelPlaces:
    """Of one thread. The agent's own is asked for anew every time: a menu goes as soon as it is left."""

    def __init__(self) -> None:
        self._known: tuple[tuple[float, float], int | None] | None = None
        self._place, self._turned_us = Place.OWN, 0

    def place(self, point: tuple[float, float], *, front: int | None, at_us: int, find: Callable[[], Place]) -> Place:
        """`front`: the number of the window in front; `find` says whose window is at that point."""
        if self._known != (point, front) or at_us - self._turned_us > STEP_WITHIN_US:
            self._place = find()
            self._known = None if self._place is Place.OWN else (point, front)
        self._turned_us = at_us
        return self._place
