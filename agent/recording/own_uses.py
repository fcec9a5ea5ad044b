"""Tells what was done to the agent's own icon, menu and notices where the desktop shows them, and says so only later.

Pure bookkeeping of times; what was seen is handed in and out as it is.
"""

from typing import Generic, TypeVar

from agent.capture.observations import OwnUse

TOLD_WITHIN_US = 500_000
"""So long after a press a desktop may take to say that it was one of the agent's icon or notice."""

MENU_MAX_US = 30_000_000
"""A menu of which the desktop never says that it was left counts as left then."""

Thing = TypeVar("Thing")


class OwnUses(Generic[Thing]):
    """Holds what was done outside the window in front until nobody can say any more that it was done to the agent."""

    def __init__(self) -> None:
        self._held: list[tuple[int, Thing]] = []
        self._opened_us: int | None = None
        self._last: tuple[int, int] | None = None

    def hear(self, use: OwnUse, *, at_us: int) -> None:
        self._held = [held for held in self._held if held[0] < at_us - TOLD_WITHIN_US]
        if use is OwnUse.OPENED:
            self._opened_us = at_us
        elif use is OwnUse.LEFT:
            self.leave(at_us)

    def leave(self, at_us: int) -> None:
        """The menu is left, or whoever had it has gone on to another window."""
        if self._opened_us is not None:
            self._last, self._opened_us = (self._opened_us, min(at_us, self._opened_us + MENU_MAX_US)), None

    def is_own(self, at_us: int) -> bool:
        """Whether what was done at that moment was done to an open menu."""
        if self._opened_us is not None and self._opened_us <= at_us < self._opened_us + MENU_MAX_US:
            return True
        return self._last is not None and self._last[0] <= at_us <= self._last[1]

    def hold(self, at_us: int, thing: Thing) -> None:
        self._held.append((at_us, thing))

    @property
    def due_us(self) -> int | None:
        return self._held[0][0] + TOLD_WITHIN_US if self._held else None

    def due(self, *, now_us: int) -> list[Thing]:
        """What was done to nothing of the agent's."""
        ripe = [thing for at_us, thing in self._held if now_us >= at_us + TOLD_WITHIN_US]
        self._held = [held for held in self._held if now_us < held[0] + TOLD_WITHIN_US]
        return ripe
