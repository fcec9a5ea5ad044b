"""Captures window events, session and power messages and idle time on Windows, by ctypes.

Never run on Windows.
"""

import ctypes
import threading
from collections.abc import Callable
from typing import Any

from agent.capture.application_names import ApplicationNames
from agent.capture.inputs.pynput_inputs import PynputInputs
from agent.capture.observations import Capabilities, Emit, WindowSeen
from agent.capture.own_surfaces import OwnSurfaces, Spot
from agent.capture.title_pacer import TitlePacer
from agent.capture.windows import rules
from agent.policy.drafts import ObservedContext
from agent.supervision.components import Component
from domain.contexts import WINDOW_TITLE_MAX

WM_QUIT, WM_POWERBROADCAST, WM_WTSSESSION_CHANGE, WM_TIMER = 0x0012, 0x0218, 0x02B1, 0x0113
WINEVENT_OUTOFCONTEXT = 0
MESSAGE_ONLY = -3
GA_ROOT = 2
UNSEEN = "not offered on Windows yet"


class WindowsBackend:
    """One thread pumps messages; everything it hears becomes an observation."""

    name = "win32"

    def __init__(self, now_us: Callable[[], int]) -> None:
        self._now_us = now_us
        self.element_timeout_us = 0
        self._names, self._pacer, self.own = ApplicationNames(), TitlePacer(), OwnSurfaces()
        self._thread: threading.Thread | None = None
        self._pumped_us = 0
        self._kept: list[Any] = []  # callbacks must live as long as Windows may call them

    def start(self, emit: Emit) -> None:
        self._emit = emit
        self._user32 = ctypes.WinDLL("user32")  # type: ignore[attr-defined]
        self._kernel32 = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined]
        self._wtsapi32 = ctypes.WinDLL("wtsapi32")  # type: ignore[attr-defined]
        self._hear_inputs()
        self._begin_pump()

    def stop(self) -> None:
        self._inputs.stop()
        if self._thread is not None:
            self._user32.PostThreadMessageW(self._thread.native_id, WM_QUIT, 0, 0)

    def capabilities(self) -> Capabilities:
        seen: Capabilities = dict.fromkeys(
            ("window", "title", "keys", "clicks", "scroll", "idle", "lock", "sleep"), True
        )
        return {**seen, "clipboard": "only by keyboard", "element": UNSEEN, "call": UNSEEN}

    def idle_us(self) -> int | None:
        class LastInput(ctypes.Structure):
            _fields_ = (("size", ctypes.c_uint), ("tick", ctypes.c_uint))

        last = LastInput(ctypes.sizeof(LastInput), 0)
        if not self._user32.GetLastInputInfo(ctypes.byref(last)):
            return None
        return rules.idle_us(int(self._kernel32.GetTickCount()), int(last.tick))

    def is_in_call(self) -> bool:
        return False

    def is_audible(self) -> bool:
        return False

    def shed_elements(self, *, is_shed: bool) -> None:
        """There are no look-ups to shed."""

    def notify(self, title: str, text: str) -> bool:
        return False

    def show(self, face: object) -> None:
        """There is no session bus."""

    def components(self) -> tuple[Component, ...]:
        return (
            Component("windows", self._is_pumping, self._begin_pump, ("window", "title", "lock")),
            Component("keys and clicks", self._is_heard, self._hear_anew, ("keys", "clicks", "scroll")),
        )

    def _begin_pump(self) -> None:
        """One that hangs ends as soon as it can; its hooks end with it."""
        if self._thread is not None and self._thread.is_alive():
            self._user32.PostThreadMessageW(self._thread.native_id, WM_QUIT, 0, 0)
        self._pumped_us = self._now_us()
        self._thread = threading.Thread(target=self._pump, name="windows-messages", daemon=True)
        self._thread.start()

    def _is_pumping(self) -> bool:
        """A timer turns it four times a second."""
        is_alive = self._thread is not None and self._thread.is_alive()
        return is_alive and self._now_us() - self._pumped_us < rules.PUMP_HANGS_AFTER_US

    def _hear_inputs(self) -> None:
        self._inputs = PynputInputs(
            self._emit, self._now_us, lambda x, y: None, find_spot=self._spot, find_front=self._find_front
        )
        self._inputs.start()

    def _hear_anew(self) -> None:
        self._inputs.leave()
        self._hear_inputs()

    def _is_heard(self) -> bool:
        idle_us = self.idle_us()
        last_input_us = None if idle_us is None else self._now_us() - idle_us
        return self._inputs.is_alive and not rules.is_hook_dead(
            last_input_us=last_input_us, last_heard_us=self._inputs.heard_us
        )

    def _pump(self) -> None:
        """Hooks and the hidden window belong to the thread that made them."""
        self._hook_window_events()
        self._make_hidden_window()
        self._look()
        message = ctypes.create_string_buffer(64)
        while self._thread is threading.current_thread() and self._user32.GetMessageW(message, None, 0, 0) > 0:
            self._pumped_us = self._now_us()
            self._user32.DispatchMessageW(message)
            if self._pacer.is_due(now_us=self._now_us()):
                self._look()

    def _hook_window_events(self) -> None:
        signature = [None, ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p, *[ctypes.c_long] * 2, *[ctypes.c_uint] * 2]
        callback = ctypes.WINFUNCTYPE(*signature)(self._window_event)  # type: ignore[attr-defined]
        self._kept.append(callback)
        for event in (rules.EVENT_SYSTEM_FOREGROUND, rules.EVENT_OBJECT_NAMECHANGE):
            self._user32.SetWinEventHook(event, event, None, callback, 0, 0, WINEVENT_OUTOFCONTEXT)
        self._user32.SetTimer(None, 0, 250, None)  # so that a look that was put off is not forgotten

    def _window_event(self, hook: Any, event: int, window: Any, object_id: int, child_id: int, *_: int) -> None:
        foreground = self._find_front()
        if not rules.is_about_active_window(
            event, window=int(window or 0), foreground=foreground, object_id=object_id, child_id=child_id
        ):
            return
        if self._pacer.may_read(window=foreground, at_us=self._now_us()):
            self._look()

    def _look(self) -> None:
        window = self._user32.GetForegroundWindow()
        if not window:
            self._emit(WindowSeen(self._now_us(), ObservedContext()))
            return
        pid = self._process_of(window)
        if self.own.is_own(pid):
            self._emit(WindowSeen(self._now_us(), ObservedContext(is_own=True), int(window)))
            return
        title, name = ctypes.create_unicode_buffer(WINDOW_TITLE_MAX), ctypes.create_unicode_buffer(256)
        self._user32.GetWindowTextW(window, title, WINDOW_TITLE_MAX)
        self._user32.GetClassNameW(window, name, 256)
        application = self._names.name(pid, name.value)
        context = ObservedContext(application, title.value, "", name.value)
        self._emit(WindowSeen(self._now_us(), context, int(window)))

    def _process_of(self, window: Any) -> int | None:
        pid = ctypes.c_uint(0)
        self._user32.GetWindowThreadProcessId(window, ctypes.byref(pid))
        return int(pid.value) or None

    def _spot(self, x: float, y: float) -> Spot:
        """The point goes by value, as one number of two halves. By the outermost window: programs of the store draw in
        windows of their own within that of a process that frames them all.
        """
        there = self._user32.WindowFromPoint(ctypes.c_longlong(rules.point_number(int(x), int(y))))
        outermost = self._user32.GetAncestor(there, GA_ROOT)
        front = self._process_of(self._user32.GetForegroundWindow())
        return self.own.spot_of(int(outermost or 0), pid=self._process_of(outermost), front=front)

    def _find_front(self) -> int:
        return int(self._user32.GetForegroundWindow() or 0)

    def _make_hidden_window(self) -> None:
        window = self._user32.CreateWindowExW(0, "STATIC", None, 0, 0, 0, 0, 0, MESSAGE_ONLY, None, None, None)
        signature = [ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_uint, ctypes.c_size_t, ctypes.c_ssize_t]
        procedure = ctypes.WINFUNCTYPE(*signature)(self._message)  # type: ignore[attr-defined]
        self._kept.append(procedure)
        self._user32.SetWindowLongPtrW(window, -4, procedure)
        self._wtsapi32.WTSRegisterSessionNotification(window, 0)

    def _message(self, window: Any, message: int, code: int, more: int) -> int:
        at_us = self._now_us()
        seen = None
        if message == WM_WTSSESSION_CHANGE:
            seen = rules.session_change(code, at_us=at_us)
        elif message == WM_POWERBROADCAST:
            self._emit_if(rules.power_change(code, at_us=at_us))
        self._emit_if(seen)
        return int(self._user32.DefWindowProcW(window, message, code, more))

    def _emit_if(self, seen: Any) -> None:
        if seen is not None:
            self._emit(seen)
