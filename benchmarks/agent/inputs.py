"""Presses keys and clicks on a desktop without a screen at a given rate, through the X server's test extension.

It says how many presses it made, so that a measurement can count what the agent missed.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any


class InputSource:
    """Real input as far as every program on that display can tell."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        os.environ["DISPLAY"] = environment["DISPLAY"]
        from Xlib import XK, X  # noqa: PLC0415 - after the display is named
        from Xlib.display import Display  # noqa: PLC0415
        from Xlib.ext import xtest  # noqa: PLC0415

        self._display: Any = Display(environment["DISPLAY"])
        self._fake, self._x, self._keysym = xtest.fake_input, X, XK.string_to_keysym
        self._codes = [self._display.keysym_to_keycode(XK.string_to_keysym(letter)) for letter in "asdfjkl"]
        self._number = 0

    def press(self) -> None:
        """One key press, and every tenth time a click instead."""
        self._number += 1
        if self._number % 10 == 0:
            down, up, code = self._x.ButtonPress, self._x.ButtonRelease, 1
        else:
            down, up, code = self._x.KeyPress, self._x.KeyRelease, self._codes[self._number % len(self._codes)]
        self._fake(self._display, down, code)
        self._fake(self._display, up, code)
        self._display.flush()

    def write(self, words: Sequence[str], *, pause_seconds: float = 0.002) -> None:
        """Types lower-case letters and digits, word after word, without a space."""
        for character in "".join(words):
            code = self._display.keysym_to_keycode(self._keysym(character))
            self._fake(self._display, self._x.KeyPress, code)
            self._fake(self._display, self._x.KeyRelease, code)
            self._display.flush()
            time.sleep(pause_seconds)
        self._display.sync()

    def press_at_rate(self, per_second: float, *, seconds: float, tick: Callable[[], None] = lambda: None) -> int:
        """How many were sent. Falls behind rather than bursting by more than a tenth of a second."""
        sent, start = 0, time.monotonic()
        while (passed := time.monotonic() - start) < seconds:
            due = min(int(passed * per_second) + 1, int(seconds * per_second))
            while sent < due:
                self.press()
                sent += 1
            tick()
            time.sleep(min(0.005, 0.5 / per_second))
        while sent < int(seconds * per_second):
            self.press()
            sent += 1
        self._display.sync()
        return sent

    def close(self) -> None:
        self._display.close()
