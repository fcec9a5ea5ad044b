"""Opens connections to the X display that know the three extensions used here and no keyboard.

Python-xlib would load every extension that the server has, and the whole keyboard once for every connection: megabytes.
"""

import os
import socket
from contextlib import suppress
from typing import Any

from Xlib import ext
from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError, DisplayNameError, XError

LOST = (ConnectionClosedError, DisplayError, XError, OSError)
"""What is raised of a display that cannot be reached, or no longer."""

_USED = frozenset({"RECORD", "XFIXES", "MIT-SCREEN-SAVER"})


class _WithoutKeyboard(Display):  # type: ignore[misc]
    """What a key means is asked by `keyboard` alone."""

    def _update_keymap(self, first_keycode: int, count: int) -> None:
        """Called by the base class when it begins."""


def cut(display: Any) -> None:
    """From any thread: whoever waits for the server gets an error at once, and closes the connection."""
    with suppress(OSError, AttributeError):  # it was closed, or never opened
        display.display.socket.shutdown(socket.SHUT_RDWR)


def unreachable(error: Exception) -> str:
    """One sentence: why this display cannot be looked at, and what to do."""
    name = os.environ.get("DISPLAY", "")
    if any(word in str(error) for word in ("uthorization", "uthentication", "COOKIE")):
        return (
            f"The display {name} does not let the agent in: set XAUTHORITY to the file of your desktop session, or "
            "type `xhost +si:localuser:$USER` there, and start the agent again."
        )
    return (
        f"The display {name} cannot be reached ({type(error).__name__}): start the agent in your desktop session, or "
        "set DISPLAY to its display."
    )


def open_display() -> Any:
    """Raises DisplayError or OSError."""
    ext.__extensions__[:] = [each for each in ext.__extensions__ if each[0] in _USED]
    try:
        return _WithoutKeyboard()
    except OverflowError as error:  # a number that no display can have
        raise DisplayNameError(os.environ.get("DISPLAY", "")) from error
