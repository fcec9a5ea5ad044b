"""Captures an X11 desktop: starts, restarts and stops the window watcher, the inputs, the idle time and the buses."""

import os
from collections.abc import Callable

from agent.capture.linux.buses import NO_BUS, BusFace, DesktopBuses
from agent.capture.linux.calls import Calls
from agent.capture.observations import BackendError, Capabilities, Emit
from agent.capture.own_surfaces import OwnSurfaces
from agent.policy.drafts import ElementSlot
from agent.supervision.components import Component

ELEMENT_TIMEOUT_US = 100_000


class X11Backend:
    """`now_us` stamps what is seen."""

    name = "x11"

    def __init__(self, now_us: Callable[[], int], *, with_elements: bool = True) -> None:
        self._now_us, self._with_elements = now_us, with_elements
        self.element_timeout_us = ELEMENT_TIMEOUT_US
        self._is_shed = False
        self._pid: int | None = None
        self._calls, self.own = Calls(), OwnSurfaces()

    def start(self, emit: Emit) -> None:
        """Raises BackendError when there is no display, or it is lost meanwhile."""
        if not os.environ.get("DISPLAY"):
            raise BackendError("There is no display (DISPLAY is not set): start the agent in your desktop session.")
        from agent.capture.x11.displays import LOST, unreachable  # noqa: PLC0415 - on Linux alone

        self._emit = emit
        self._buses = DesktopBuses(emit, self._now_us)
        try:
            self._listen_to_display()
        except LOST as error:
            raise BackendError(unreachable(error)) from error
        self._buses.start(with_elements=self._with_elements)

    def _listen_to_display(self) -> None:
        """All are there before the first one runs: their threads call back at once, and that needs the others."""
        self._begin_idle()
        self._make_inputs()
        self._make_windows()
        self._windows.start()
        self._inputs.start()

    def components(self) -> tuple[Component, ...]:
        return (
            Component("windows", self._windows.is_well, self._windows_anew, ("window", "title", "clipboard")),
            Component("keys and clicks", self._inputs.is_well, self._inputs_anew, ("keys", "clicks", "scroll")),
            Component("idle time", self._idle.is_well, self._idle_anew, ("idle",)),
            *self._buses.components(self._buses_anew),
        )

    def _make_windows(self) -> None:
        from agent.capture.x11.windows import WindowWatcher  # noqa: PLC0415 - needs a display

        self._windows = WindowWatcher(self._emit, self._now_us, self._window_changed, own=self.own)

    def _windows_anew(self) -> None:
        self._windows.leave()
        self._make_windows()
        self._windows.start()

    def _make_inputs(self) -> None:
        from agent.capture.x11.inputs import X11Inputs  # noqa: PLC0415 - needs a display

        self._inputs = X11Inputs(
            self._emit, self._now_us, self._find_element, own=self.own, find_front=lambda: self._windows.number
        )

    def _inputs_anew(self) -> None:
        self._inputs.leave()
        self._make_inputs()
        self._inputs.start()

    def _begin_idle(self) -> None:
        from agent.capture.x11.idle import IdleTime  # noqa: PLC0415 - needs a display

        self._idle = IdleTime()

    def _idle_anew(self) -> None:
        self._idle.close()
        self._begin_idle()

    def _buses_anew(self) -> None:
        self._buses.stop()
        self._buses = DesktopBuses(self._emit, self._now_us, former=self._buses)
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
            "no longer heard"
            if self._inputs.has_record
            else "the display has no RECORD: start the X server with that extension"
        )
        has_windows = self._windows.is_told or (
            "no window manager says which one is in front: start one that knows EWMH, as all desktops do"
        )
        has_signals = buses["session"] or buses["system"]
        return {
            "window": has_windows,
            "title": has_windows,
            "keys": has_inputs,
            "clicks": has_inputs,
            "scroll": has_inputs,
            "clipboard": self._windows.has_clipboard or "only by keyboard: the display has no XFIXES",
            "idle": self._idle.is_known or "the display has no MIT-SCREEN-SAVER",
            "lock": has_signals or NO_BUS,
            "sleep": True,
            "element": (buses["element"] and not self._is_shed)
            or (
                "off to spare the machine"
                if self._is_shed
                else "there is no accessibility bus: install at-spi2-core and sign in again"
            ),
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

    def notify(self, title: str, text: str) -> bool:
        return self._buses.notify(title, text)

    def show(self, face: BusFace) -> None:
        self._buses.show(face)

    def _window_changed(self, pid: int | None) -> None:
        self._pid = pid
        self._inputs.forget()

    def _find_element(self, x: int, y: int) -> ElementSlot | None:
        if self._is_shed or not self.element_timeout_us:
            return None
        return self._buses.look_up(x, y, pid=self._pid, timeout_us=self.element_timeout_us)
