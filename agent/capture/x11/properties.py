"""Reads what a window says about itself: title, class, process; in bounded pieces, from windows that may vanish."""

import socket
from typing import Any

import msgspec
from Xlib import X
from Xlib.error import XError
from Xlib.protocol.rq import DictWrapper

TITLE_LONGS = 1024
"""Of four bytes each: a title of a megabyte is read no further."""


class WindowProperties(msgspec.Struct, frozen=True):
    """`pid` is None when the window does not say, or speaks of a process on another machine."""

    title: str = ""
    window_class: str = ""
    pid: int | None = None


class PropertyReader:
    """Reads properties over one display connection; of one thread."""

    def __init__(self, display: Any) -> None:
        self._display, self._host = display, socket.gethostname()
        self.active_window = display.intern_atom("_NET_ACTIVE_WINDOW")
        self.manager = display.intern_atom("_NET_SUPPORTING_WM_CHECK")
        self.net_name = display.intern_atom("_NET_WM_NAME")
        self.name = display.intern_atom("WM_NAME")
        self._state = display.intern_atom("WM_STATE")
        self._class = display.intern_atom("WM_CLASS")
        self._pid = display.intern_atom("_NET_WM_PID")
        self._machine = display.intern_atom("WM_CLIENT_MACHINE")

    def active(self, root: Any) -> int:
        """The id of the active window, 0 when there is none."""
        value = self._get(root, self.active_window, longs=1)
        return int(value[0]) if value is not None and len(value) else 0

    def manager_of(self, root: Any) -> Any | None:
        """The window by which a window manager shows that it is there; None for none, or one that has ended.

        Source: Extended Window Manager Hints, `_NET_SUPPORTING_WM_CHECK`, which that window has, too.
        """
        named = self._get(root, self.manager, longs=1)
        if named is None or not len(named):
            return None
        window = self._display.create_resource_object("window", int(named[0]))
        answer = self._get(window, self.manager, longs=1)
        return window if answer is not None and len(answer) and answer[0] == named[0] else None

    def read(self, window: Any) -> WindowProperties:
        title = self._text(window, self.net_name) or self._text(window, self.name)
        return WindowProperties(title, self._class_of(window), self._process(window))

    def is_managed(self, window: Any) -> bool:
        """Whether a window manager has taken it in: no other comes to the front (ICCCM, 4.1.3.1)."""
        return self._get(window, self._state, longs=1) is not None

    def owner(self, window: Any) -> tuple[int | None, str]:
        """Process and class alone: whose window it is."""
        return self._process(window), self._class_of(window)

    def _class_of(self, window: Any) -> str:
        return self._text(window, self._class).rstrip("\0").rpartition("\0")[2]

    def _process(self, window: Any) -> int | None:
        machine = self._text(window, self._machine)
        pid = self._get(window, self._pid, longs=1)
        is_here = not machine or machine.split(".")[0].casefold() == self._host.split(".")[0].casefold()
        return int(pid[0]) if pid is not None and len(pid) and is_here else None

    def _get(self, window: Any, atom: int, *, longs: int = TITLE_LONGS) -> Any:
        try:
            answer: DictWrapper | None = window.get_property(atom, X.AnyPropertyType, 0, longs)
        except XError:
            return None
        return None if answer is None else answer.value

    def _text(self, window: Any, atom: int) -> str:
        value = self._get(window, atom)
        if isinstance(value, bytes):
            try:
                return value.decode("utf-8")
            except UnicodeDecodeError:
                # Latin-1 of old clients, or a character cut at the end of what was read.
                cut = value.decode("utf-8", "ignore")
                return cut if len(cut) > len(value) // 2 else value.decode("latin-1")
        return value if isinstance(value, str) else ""
