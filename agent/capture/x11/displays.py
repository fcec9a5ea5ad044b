"""Opens connections to the X display that know the three extensions used here and no keyboard.

Python-xlib would load every extension that the server has, and the whole keyboard once for every connection: megabytes.
"""

import socket
from contextlib import suppress
from typing import Any

from Xlib import ext
from Xlib.display import Display

_USED = frozenset({"RECORD", "XFIXES", "MIT-SCREEN-SAVER"})


class _WithoutKeyboard(Display):  # type: ignore[misc]
    """What a key means is asked by `keyboard` alone."""

    def _update_keymap(self, first_keycode: int, count: int) -> None:
        """Called by the base class when it begins."""


def cut(display: Any) -> None:
    """From any thread: whoever waits for the server gets an error at once, and closes the connection."""
    with suppress(OSError, AttributeError):  # it was closed, or never opened
        display.display.socket.shutdown(socket.SHUT_RDWR)


def open_display() -> Any:
    """Raises DisplayError or OSError."""
    ext.__extensions__[:] = [each for each in ext.__extensions__ if each[0] in _USED]
    return _WithoutKeyboard()
