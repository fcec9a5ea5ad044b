"""Asks the MIT-SCREEN-SAVER extension how long ago the last input was, over a connection of its own."""

import select
import time
from typing import Any

from Xlib.error import ConnectionClosedError, XError
from Xlib.ext.screensaver import QueryInfo, extname

from agent.capture.x11.displays import open_display

ANSWER_SECONDS = 0.5
"""A display that takes longer hangs: whoever records does not wait for it, and can still be told to end."""


class IdleTime:
    """Used by the recorder's thread."""

    def __init__(self) -> None:
        self._display = open_display()
        self._display.set_error_handler(lambda *_: None)
        self._is_offered = self.is_known = bool(self._display.has_extension(extname))
        self._root = self._display.screen().root
        self._asked: Any = None

    def is_well(self) -> bool:
        return self.is_known or not self._is_offered

    def idle_us(self) -> int | None:
        """None where the display does not say, or not in time: a late answer is of no use any more."""
        if not self.is_known:
            return None
        try:
            return self._ask()
        except (ConnectionClosedError, XError, OSError):
            self.is_known = False
            return None

    def _ask(self) -> int | None:
        if self._asked is not None and self._answer(seconds=0) is None:  # it still hangs
            return None
        opcode = self._display.display.get_extension_major(extname)
        self._asked = QueryInfo(display=self._display.display, opcode=opcode, drawable=self._root, defer=1)
        self._display.flush()
        return self._answer(seconds=ANSWER_SECONDS)

    def _answer(self, *, seconds: float) -> int | None:
        """Takes in what has come; events, which every program gets, are no answer."""
        deadline = time.monotonic() + seconds
        while True:
            for _ in range(self._display.pending_events()):
                self._display.next_event()
            idle_ms: int | None = getattr(self._asked, "idle", None)
            if idle_ms is not None:
                self._asked = None
                return idle_ms * 1000
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            select.select([self._display.fileno()], [], [], left)

    def close(self) -> None:
        try:
            self._display.close()
        except (ConnectionClosedError, OSError):
            self.is_known = False
