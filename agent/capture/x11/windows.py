"""Follows the active window, its title and the clipboard's owner by notification, in a thread of its own."""

import logging
import os
import select
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
from Xlib import X
from Xlib.error import ConnectionClosedError, XError
from Xlib.ext import xfixes

from agent.capture.application_names import ApplicationNames
from agent.capture.browser_titles import is_browser, is_private_start
from agent.capture.observations import CaptureEnded, ClipboardChanged, Emit, WindowSeen
from agent.capture.own_surfaces import OwnSurfaces
from agent.capture.title_pacer import TitlePacer
from agent.capture.x11.displays import cut, open_display
from agent.capture.x11.properties import PropertyReader, WindowProperties
from agent.capture.x11.server_time import done_us
from agent.policy.drafts import ObservedContext
from agent.supervision.components import LoopCheck
from agent.supervision.process_facts import options

GONE_AFTER_US = 100_000
_log = logging.getLogger(__name__)


class WindowWatcher:
    """`on_window_change` is called in its thread when attention moves to another window."""

    def __init__(
        self,
        emit: Emit,
        now_us: Callable[[], int],
        on_window_change: Callable[[int | None], None],
        *,
        own: OwnSurfaces,
    ) -> None:
        self._emit, self._now_us, self._on_window_change, self._own = emit, now_us, on_window_change, own
        self._names = ApplicationNames()
        self._pacer = TitlePacer()
        self._window: Any = None
        self.number = 0
        """Of the window in front; 0 where there is none."""

        self._pid: int | None = None
        self._gone_us: int | None = None
        self._display: Any = None
        self._is_stopping, self._beat = False, LoopCheck()
        self._thread = threading.Thread(target=self._run, name="x11-windows", daemon=True)
        self.has_clipboard, self.is_told = False, True
        """`is_told`: whether a window manager says which window is in front."""

    def start(self) -> None:
        """Raises one of LOST."""
        self._display = open_display()
        self._display.set_error_handler(lambda *_: None)  # windows vanish: BadWindow is normal
        self._reader = PropertyReader(self._display)
        self._root = self._display.screen().root
        self._root.change_attributes(event_mask=X.PropertyChangeMask)
        if self._display.has_extension("XFIXES"):
            self._display.xfixes_query_version()
            clipboard = self._display.intern_atom("CLIPBOARD")
            mask = xfixes.XFixesSetSelectionOwnerNotifyMask
            self._display.xfixes_select_selection_input(self._root, clipboard, mask)
            self.has_clipboard = True
        self._woken, self._waker = os.pipe()
        self._thread.start()

    def stop(self) -> None:
        self._is_stopping = True
        if self._thread.is_alive():
            self._wake()
            self._thread.join(timeout=2)

    def leave(self) -> None:
        """For good, also when it hangs: it tells nothing any more."""
        self._emit = lambda seen: None
        cut(self._display)
        self.stop()

    def is_well(self) -> bool:
        return self._thread.is_alive() and self._beat.ask(self._wake)

    def _wake(self) -> None:
        with suppress(OSError):  # it may have ended with the display this very moment
            os.write(self._waker, b"x")

    def _run(self) -> None:
        try:
            self._look_at_manager()
            self._look_at_root()
            while self._wait():
                self._take_events()
        except (ConnectionClosedError, OSError, ValueError) as error:
            self._emit(
                CaptureEnded(
                    self._now_us(), f"the display is gone ({type(error).__name__}): sign in to your desktop again"
                )
            )
        finally:
            try:
                self._display.close()
            except (ConnectionClosedError, OSError):
                _log.debug("The display was closed before.")
            os.close(self._woken)
            os.close(self._waker)

    def _wait(self) -> bool:
        """Until something happens or a look that was put off is due. False when it is time to stop."""
        self._beat.answer()
        self._display.flush()
        if self._display.pending_events():
            return not self._is_stopping
        dues = [self._pacer.due_us, self._gone_us + GONE_AFTER_US if self._gone_us is not None else None]
        due_us = min((due for due in dues if due is not None), default=None)
        timeout = None if due_us is None else max(0.0, (due_us - self._now_us()) / 1e6)
        ready, _, _ = select.select([self._display.fileno(), self._woken], [], [], timeout)
        if self._woken in ready:
            os.read(self._woken, 64)
        return not self._is_stopping

    def _take_events(self) -> None:
        has_root_changed = has_title_changed = has_manager_changed = False
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.PropertyNotify:
                has_root_changed |= event.atom == self._reader.active_window
                has_manager_changed |= event.atom == self._reader.manager
                has_title_changed |= event.atom in (self._reader.net_name, self._reader.name)
            elif type(event).__name__ == xfixes.SetSelectionOwnerNotify.__name__:  # a copy of the class, not a child
                # By the owner's own time, a key's mostly: a busy program takes the clipboard long after that key.
                self._emit(ClipboardChanged(done_us(event.selection_timestamp, now_us=self._now_us())))
            elif event.type == X.DestroyNotify:
                has_manager_changed = True
        if has_root_changed or has_manager_changed:
            self._look_at_manager()
            self._look_at_root()
        elif has_title_changed and self._window is not None:
            self._title_changed()
        if self._gone_us is not None and self._now_us() >= self._gone_us + GONE_AFTER_US:
            self._emit(WindowSeen(self._gone_us, ObservedContext()))
            self._gone_us = None
        if self._window is not None and self._pacer.is_due(now_us=self._now_us()):
            self._listen(self._window, is_on=True)
            self._look_at_window()

    def _title_changed(self) -> None:
        if self._pacer.may_read(window=self.number, at_us=self._now_us()):
            self._look_at_window()
        else:  # deaf until then: a window that shouts costs nothing
            self._listen(self._window, is_on=False)

    def _look_at_manager(self) -> None:
        """A window manager that ended leaves what it said last: only one that is there still says what is so."""
        manager = self._reader.manager_of(self._root)
        if manager is not None:
            manager.change_attributes(event_mask=X.StructureNotifyMask)
        self.is_told = manager is not None

    def _look_at_root(self) -> None:
        window_id = self._reader.active(self._root)
        if window_id == self.number:
            return
        if self._window is not None:
            self._listen(self._window, is_on=False)
        self.number = window_id
        self._gone_us = None
        if not window_id:  # between two windows there is none for a moment
            self._window, self._pid, self._gone_us = None, None, self._now_us()
            self._on_window_change(None)
            return
        self._window = self._display.create_resource_object("window", window_id)
        self._listen(self._window, is_on=True)
        self._pacer.may_read(window=window_id, at_us=self._now_us())
        self._pid = None
        self._look_at_window()

    def _look_at_window(self) -> None:
        seen = self._reader.read(self._window)
        if self._pid is not None and seen.pid is None:
            return  # half closed: what it says now is not where attention was
        if seen == WindowProperties():
            return
        if seen.pid != self._pid or self._pid is None:
            self._pid = seen.pid
            self._on_window_change(seen.pid)
        if self._own.is_own(seen.pid, seen.window_class):
            self._emit(WindowSeen(self._now_us(), ObservedContext(is_own=True), self.number))
            return
        application = self._names.name(seen.pid, seen.window_class)
        context = ObservedContext(application, seen.title, "", seen.window_class)
        if seen.pid is not None and is_browser(context) and is_private_start(options(seen.pid)):
            context = msgspec.structs.replace(context, is_private=True)
        self._emit(WindowSeen(self._now_us(), context, self.number))

    def _listen(self, window: Any, *, is_on: bool) -> None:
        try:
            window.change_attributes(event_mask=X.PropertyChangeMask if is_on else X.NoEventMask)
        except XError:
            _log.debug("A window vanished.")
