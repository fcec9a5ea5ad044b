"""The X11 desktop behind the backend interface: windows, inputs, idle time, buses, put together.

Each of them has its own module; nothing is decided here.
"""

import os
from collections.abc import Callable

from agent.capture.linux.buses import BusFace, DesktopBuses
from agent.capture.linux.calls import Calls
from agent.capture.observations import BackendError, Capabilities, Emit
from agent.drafts import ElementSlot

ELEMENT_TIMEOUT_US = 100_000


class X11Backend:
    """`now_us` stamps what is seen."""

    name = "x11"

    def __init__(self, now_us: Callable[[], int], *, with_elements: bool = True) -> None:
        self._now_us, self._with_elements = now_us, with_elements
        self.element_timeout_us = ELEMENT_TIMEOUT_US
        self._is_shed = False
        self._pid: int | None = None
        self._calls = Calls()

    def start(self, emit: Emit) -> None:
        """Raises BackendError when there is no display."""
        if not os.environ.get("DISPLAY"):
            raise BackendError("There is no display: start the agent in a desktop session.")
        from agent.capture.x11.idle import IdleTime  # noqa: PLC0415 - need a display
        from agent.capture.x11.inputs import X11Inputs  # noqa: PLC0415
        from agent.capture.x11.windows import WindowWatcher  # noqa: PLC0415

        self._windows = WindowWatcher(emit, self._now_us, self._window_changed)
        self._inputs = X11Inputs(emit, self._now_us, self._find_element)
        self._buses = DesktopBuses(emit, self._now_us)
        self._windows.start()
        self._idle = IdleTime()
        self._inputs.start()
        self._buses.start(with_elements=self._with_elements)

    def stop(self) -> None:
        self._inputs.stop()
        self._windows.stop()
        self._buses.stop()
        self._idle.close()
        self._calls.close()

    def capabilities(self) -> Capabilities:
        buses = self._buses.has
        has_inputs = self._inputs.is_alive or (
            "no longer heard" if self._inputs.has_record else "the display has no RECORD"
        )
        has_signals = buses["session"] or buses["system"]
        return {
            "window": True,
            "title": True,
            "keys": has_inputs,
            "clicks": has_inputs,
            "scroll": has_inputs,
            "clipboard": self._windows.has_clipboard or "only by keyboard: the display has no XFIXES",
            "idle": self._idle.is_known or "the display has no MIT-SCREEN-SAVER",
            "lock": has_signals or "no desktop bus",
            "sleep": True,
            "element": (buses["element"] and not self._is_shed)
            or ("off to spare the machine" if self._is_shed else "no accessibility bus"),
            "call": True,
        }

    def idle_us(self) -> int | None:
        return self._idle.idle_us()

    def is_in_call(self) -> bool:
        return self._calls.is_in_call()

    def is_audible(self) -> bool:
        return self._calls.is_audible(self._pid)

    def shed_elements(self, *, is_shed: bool) -> None:
        self._is_shed = is_shed

    def notify(self, title: str, text: str) -> None:
        self._buses.notify(title, text)

    def show(self, face: BusFace) -> None:
        self._buses.show(face)

    def _window_changed(self, pid: int | None) -> None:
        self._pid = pid
        self._inputs.forget()

    def _find_element(self, x: int, y: int) -> ElementSlot | None:
        if self._is_shed or not self.element_timeout_us:
            return None
        return self._buses.look_up(x, y, pid=self._pid, timeout_us=self.element_timeout_us)
