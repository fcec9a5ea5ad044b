"""A started backend on a real display, and everything that it has seen."""

from typing import TypeVar

import pytest

from agent.capture.observations import Observation, WindowSeen
from agent.clocks import SessionClock, SystemClock
from tests.fakes.desktop import Desktop

T = TypeVar("T")


class Eye:
    """A started backend and what it has seen."""

    def __init__(self, found: Desktop, patch: pytest.MonkeyPatch, *, with_elements: bool = False) -> None:
        for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "HOME", "XDG_RUNTIME_DIR"):
            patch.setenv(name, found.environment[name])
        from agent.capture.x11.backend import X11Backend  # noqa: PLC0415 - wants the display

        self.seen: list[Observation] = []
        self.backend = X11Backend(SessionClock(SystemClock().now).now_us, with_elements=with_elements)
        self.backend.start(self.seen.append)

    def of(self, kind: type[T]) -> list[T]:
        return [each for each in self.seen if isinstance(each, kind)]

    def titles(self) -> list[str]:
        return [each.context.window_title for each in self.of(WindowSeen)]
