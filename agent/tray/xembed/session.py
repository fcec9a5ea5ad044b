"""Docks the icon, opens its menu and follows trays that come and go, in a thread with a display connection of its own.

It waits for the display and for what is told to it; nothing is asked at intervals.
"""

import logging
import os
import queue
import select
import textwrap
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from Xlib import X
from Xlib.error import ConnectionClosedError, DisplayError, XError

from agent.capture.own_surfaces import OwnSurfaces
from agent.capture.x11.displays import cut, open_display
from agent.supervision.components import LoopCheck
from agent.tray.menu import Do, MenuEntry, TrayState, menu_of
from agent.tray.pictures import colour_of
from agent.tray.xembed.docking import Docking
from agent.tray.xembed.geometry import Point
from agent.tray.xembed.icon_window import IconWindow
from agent.tray.xembed.menu_window import MenuWindow

MENU_SECONDS = 30.0
"""A menu nobody uses is closed: while one is open, no screen locker can take the keyboard."""

DOCK_SECONDS = 4.0
"""A tray that has not shown the icon by then is asked again: one that is just starting may have overheard it."""

DOCK_TRIES = 5
NOTE_SECONDS = 60.0
NOTE_WIDTH = 100
_log = logging.getLogger(__name__)


class TraySession:
    """Begins after `delay_seconds`, so that one that is not wanted after all never opens the display."""

    def __init__(
        self,
        status: TrayState,
        do: Do,
        *,
        own: OwnSurfaces,
        delay_seconds: float = 0.0,
        menu_seconds: float = MENU_SECONDS,
    ) -> None:
        self._status, self._do, self._own = status, do, own
        self._delay_seconds, self._menu_seconds = delay_seconds, menu_seconds
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._woken, self._waker = os.pipe()
        self._stopping, self._beat = threading.Event(), LoopCheck()
        self._display: Any = None
        self._icon: IconWindow | None = None
        self._menu: MenuWindow | None = None
        self._menu_until = 0.0
        self._dock_until: float | None = None
        self._tries_left = 0
        self._menu_at: Point = (0, 0)
        self._thread = threading.Thread(target=self._run, name="tray-x11", daemon=True)

    @property
    def is_docked(self) -> bool:
        return self._icon is not None

    def start(self) -> None:
        self._thread.start()

    def change(self, status: TrayState) -> None:
        """An open menu stays as it is: what one is about to choose does not move."""

        def action() -> None:
            self._status = status
            self._paint()

        self._begin(action)

    def tell(self, title: str, text: str) -> None:
        """A note where the menu was."""
        lines = [each for line in text.splitlines() for each in textwrap.wrap(line, NOTE_WIDTH) or [" "]]
        entries = [MenuEntry(title), MenuEntry(), *(MenuEntry(line) for line in lines)]
        self._begin(lambda: self._open(entries, self._menu_at, is_note=True))

    def stop(self) -> None:
        """Nothing may be told to it afterwards."""
        self._stopping.set()
        self._begin(lambda: None)
        self._thread.join(timeout=2)
        if not self._thread.is_alive():
            os.close(self._woken)
            os.close(self._waker)

    def is_well(self) -> bool:
        return self._thread.is_alive() and self._beat.ask(lambda: self._begin(self._beat.answer))

    def leave(self) -> None:
        """For good, also when it hangs."""
        cut(self._display)
        self._own.let_go()
        self.stop()

    def _begin(self, job: Callable[[], None]) -> None:
        """In its thread, soon; never once it has ended with the display."""
        if self._thread.is_alive():
            self._jobs.put(job)
            os.write(self._waker, b"x")

    def _run(self) -> None:
        self._stopping.wait(self._delay_seconds)
        try:
            if not self._stopping.is_set():
                self._live()
        except (ConnectionClosedError, DisplayError, XError, OSError, ValueError) as error:
            _log.info("The display's tray is left (%s).", type(error).__name__)
        finally:
            self._icon = None

    def _live(self) -> None:
        self._display = open_display()
        self._display.set_error_handler(lambda *_: None)  # trays vanish with what they hold
        try:
            self._docking = Docking(self._display)
            self._dock()
            while not self._stopping.is_set():
                self._wait()
            self._leave_menu()
            self._undock()
            self._display.sync()
        finally:
            self._own.let_go()  # of a menu that was still open: it goes with the display
            with suppress(ConnectionClosedError, OSError):  # the server has closed it before
                self._display.close()

    def _wait(self) -> None:
        self._display.flush()
        if not self._display.pending_events():
            ready, _, _ = select.select([self._display.fileno(), self._woken], [], [], self._seconds_left())
            if self._woken in ready:
                os.read(self._woken, 4096)
        with suppress(queue.Empty):  # all that is there
            while True:
                self._jobs.get_nowait()()
        while not self._stopping.is_set() and self._display.pending_events():
            self._hear(self._display.next_event())
        if self._menu is not None and (not self._menu.is_open or time.monotonic() >= self._menu_until):
            self._leave_menu()
        if self._dock_until is not None and time.monotonic() >= self._dock_until:
            self._ask_tray()

    def _seconds_left(self) -> float | None:
        """Until something is due; None when nothing is, which is nearly always."""
        dues = [self._menu_until if self._menu is not None else None, self._dock_until]
        due = min((each for each in dues if each is not None), default=None)
        return None if due is None else max(0.0, due - time.monotonic())

    def _hear(self, event: Any) -> None:
        about = getattr(event, "window", None)
        if self._docking.is_about_tray(event):
            self._dock()
        elif self._menu is not None and about == self._menu.window:
            if event.type != X.Expose:
                self._menu_until = time.monotonic() + self._menu_seconds
            self._menu.hear(event)
        elif self._icon is not None and about == self._icon.window:
            if event.type == X.ButtonPress:
                self._own.press(event.time)
            if event.type == X.ButtonPress and event.detail <= X.Button3:
                self._menu_at = (event.root_x, event.root_y)
                self._open(menu_of(self._status), self._menu_at, since=event.time)
            elif event.type == X.DestroyNotify:
                self._undock()
            elif event.type == X.MapNotify:
                self._dock_until = None
            else:
                self._icon.hear(event)

    def _dock(self) -> None:
        if self._docking.look():
            self._tries_left = DOCK_TRIES
            self._ask_tray()

    def _ask_tray(self) -> None:
        """With a new window, so that a tray that has lost the former one knows nothing of it. The last try stays."""
        self._dock_until = None
        if self._docking.tray is not None and self._tries_left == 0:
            return
        self._undock()
        if self._docking.tray is not None:
            self._tries_left -= 1
            self._dock_until = time.monotonic() + DOCK_SECONDS
            self._icon = IconWindow(self._display, visual=self._docking.visual())
            self._paint()
            self._docking.dock(self._icon.window)

    def _undock(self) -> None:
        self._dock_until = None
        if self._icon is not None:
            self._icon.close()
            self._icon = None

    def _paint(self) -> None:
        if self._icon is not None:
            self._icon.change(colour_of(self._status), f"Task Mining: {self._status.summary}")

    def _open(
        self, entries: Sequence[MenuEntry], at: Point, *, since: int = X.CurrentTime, is_note: bool = False
    ) -> None:
        self._leave_menu()
        menu = MenuWindow(self._display, entries, at, own=self._own, do=self._do, time=since, holds_input=not is_note)
        if menu.is_open:
            self._menu = menu
            self._menu_until = time.monotonic() + (NOTE_SECONDS if is_note else self._menu_seconds)

    def _leave_menu(self) -> None:
        if self._menu is not None:
            self._menu.close()
            self._menu = None
