"""Opens connections to the X display that know the three extensions used here, and no others.

Python-xlib would load every extension that the server has, two megabytes of classes that nobody calls.
"""

from typing import Any

from Xlib import ext
from Xlib.display import Display

_USED = frozenset({"RECORD", "XFIXES", "MIT-SCREEN-SAVER"})


def open_display() -> Any:
    """Also for the connections that pynput opens later. Raises DisplayError or OSError."""
    ext.__extensions__[:] = [each for each in ext.__extensions__ if each[0] in _USED]
    return Display()
