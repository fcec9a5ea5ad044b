"""A desktop that exists in a test's imagination: it tells what it is told to tell.

Real desktops have a folder each in `agent/capture/`.
"""

from agent.capture.observations import CAPABILITY_NAMES, Capabilities, Emit, Observation
from agent.capture.own_surfaces import OwnSurfaces
from agent.supervision.components import Component


class ImaginedDesktop:
    """Emits what a test hands to `tell`; idle time, calls and collectors are attributes."""

    name = "imagined"

    def __init__(self, *, capabilities: Capabilities | None = None) -> None:
        self._capabilities: Capabilities = capabilities or dict.fromkeys(CAPABILITY_NAMES, True)
        self._emit: Emit | None = None
        self.element_timeout_us = 0
        self.idle: int | None = 0
        self.in_call = self.audible = False
        self.is_element_shed = False
        self.is_started, self.own = False, OwnSurfaces()
        self.unseen: Capabilities = {}
        """What it cannot see just now, and why."""

        self.collectors: tuple[Component, ...] = ()

    def capabilities(self) -> Capabilities:
        return {**self._capabilities, **self.unseen}

    def start(self, emit: Emit) -> None:
        self._emit = emit
        self.is_started = True

    def stop(self) -> None:
        self.is_started = False

    def components(self) -> tuple[Component, ...]:
        return self.collectors

    def tell(self, observation: Observation) -> None:
        if self._emit is not None:
            self._emit(observation)

    def idle_us(self) -> int | None:
        return self.idle

    def is_in_call(self) -> bool:
        return self.in_call

    def is_audible(self) -> bool:
        return self.audible

    def shed_elements(self, *, is_shed: bool) -> None:
        self.is_element_shed = is_shed

    def notify(self, title: str, text: str) -> bool:
        return False

    def show(self, face: object) -> None:
        raise AssertionError("there is no bus to show it on")
