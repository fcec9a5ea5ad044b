"""Judges what was done beside the window in front: to a menu of the agent's, or by a click on another window.

Of such clicks only those count that brought their window to the front: they are done in it. One on a panel, a notice or
the ground counts for nothing. Pure bookkeeping of times and numbers of windows.
"""

from agent.capture.observations import OwnUse

MENU_MAX_US = 30_000_000
"""A menu of which the desktop never says that it was left counts as left then."""

COMES_WITHIN_US = 1_500_000
"""So long after a click its window may be seen in front: macOS is looked at once a second."""

TOLD_WITHIN_US = 500_000
"""So long after a press a desktop may take to say that it was one of the agent's icon or notice."""


class OwnUses:
    """Hears what the desktop says of the agent's icon and menu, which it may say a moment later."""

    def __init__(self) -> None:
        self._opened_us: int | None = None
        self._last: tuple[int, int] | None = None

    def hear(self, use: OwnUse, *, at_us: int) -> None:
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


class ClicksBeside:
    """Holds each click until its window is left again, or can no longer be said to have come by it."""

    def __init__(self) -> None:
        self._held: list[tuple[int, int]] = []

    def hold(self, at_us: int, window: int) -> None:
        self._held.append((at_us, window))

    def withdraw(self, at_us: int) -> None:
        """What was clicked shortly before was the agent's own."""
        self._held = [held for held in self._held if held[0] < at_us - TOLD_WITHIN_US]

    @property
    def due_us(self) -> int | None:
        return self._held[0][0] + COMES_WITHIN_US if self._held else None

    def due(self, *, front: int, now_us: int) -> list[int]:
        """When those were that were done in the window in front; others of the same age are forgotten."""
        ripe = [held for held in self._held if now_us >= held[0] + COMES_WITHIN_US]
        self._held = [held for held in self._held if now_us < held[0] + COMES_WITHIN_US]
        return [at_us for at_us, window in ripe if window == front]

    def leave(self, front: int) -> list[int]:
        """When those were that were done in the window in front, which is being left."""
        done = [at_us for at_us, window in self._held if window == front]
        self._held = [held for held in self._held if held[1] != front]
        return done
