"""Captures what a Wayland session shows: lock, sleep and calls. Windows and keys of other programs it keeps to itself.

Everything else is reported as missing, so that silence is never taken for absence.
"""

from collections.abc import Callable

from agent.capture.linux.buses import NO_BUS, BusFace, DesktopBuses
from agent.capture.linux.calls import Calls
from agent.capture.observations import OF_THE_DISPLAY, Capabilities, Emit
from agent.capture.own_surfaces import OwnSurfaces
from agent.supervision.components import Component

REASON = "Wayland does not show it; sign in with an X11 session to have it recorded"


class WaylandBackend:
    """Sees the session, not the screen."""

    name = "wayland"

    def __init__(self, now_us: Callable[[], int]) -> None:
        self._now_us = now_us
        self.element_timeout_us = 0
        self._calls, self.own = Calls(), OwnSurfaces()

    def start(self, emit: Emit) -> None:
        self._emit = emit
        self._buses = DesktopBuses(emit, self._now_us)
        self._buses.start(with_elements=False)

    def components(self) -> tuple[Component, ...]:
        return self._buses.components(self._buses_anew)

    def _buses_anew(self) -> None:
        self._buses.stop()
        self._buses = DesktopBuses(self._emit, self._now_us, former=self._buses)
        self._buses.start(with_elements=False)

    def stop(self) -> None:
        self._buses.stop()
        self._calls.close()

    def capabilities(self) -> Capabilities:
        has_signals = self._buses.has["session"] or self._buses.has["system"]
        return {
            **dict.fromkeys(OF_THE_DISPLAY, REASON),
            "lock": has_signals or NO_BUS,
            "sleep": True,
            "call": True,
        }

    def idle_us(self) -> int | None:
        return None

    def is_in_call(self) -> bool:
        return self._calls.is_in_call()

    def is_audible(self) -> bool:
        """Which window is in front is not known."""
        return False

    def shed_elements(self, *, is_shed: bool) -> None:
        """There are no look-ups to shed."""

    def notify(self, title: str, text: str) -> bool:
        return self._buses.notify(title, text)

    def show(self, face: BusFace) -> None:
        self._buses.show(face)
