"""Opens connections to the X display that know the three extensions used here and no keyboard.

Python-xlib would load every extension that the server has, and the whole keyboard once for every connection: megabytes.
"""

from typing import Any

from Xlib import ext
from Xlib.display import Display

_USED = frozenset({"RECORD", "XFIXES", "MIT-SCREEN-SAVER"})


class _WithoutKeyboard(Display):  # type: ignore[misc]
    """What a key means is asked by `keyboard` alone."""

    def _update_keymap(self, first_keycode: int, count: int) -> None:
        """Called by the base class when it begins."""


def open_display() -> Any:
    """Raises DisplayError or OSError."""
    ext.__extensions__[:] = [each for each in ext.__extensions__ if each[0] in _USED]
    return _WithoutKeyboard()
