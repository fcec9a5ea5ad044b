"""Slows down windows that change their title without end: the first change at once, then one look at intervals.

A change of window is never held back.
"""

PACE_US = 250_000


class TitlePacer:
    """Says when a changed title may be read; while it may not, `due_us` tells when it should be."""

    def __init__(self, *, pace_us: int = PACE_US) -> None:
        self._pace_us = pace_us
        self._window: int | None = None
        self._read_us = 0
        self.due_us: int | None = None

    def may_read(self, *, window: int, at_us: int) -> bool:
        """Something about this window has changed. True: read it now; False: at `due_us`."""
        if window == self._window and at_us - self._read_us < self._pace_us:
            self.due_us = self._read_us + self._pace_us
            return False
        self._window, self._read_us, self.due_us = window, at_us, None
        return True

    def is_due(self, *, now_us: int) -> bool:
        """True once for every look that was put off."""
        if self.due_us is None or now_us < self.due_us:
            return False
        self._read_us, self.due_us = now_us, None
        return True
