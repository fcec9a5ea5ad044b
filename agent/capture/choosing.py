"""Chooses the backend that fits this desktop by the environment, and imports that one alone.

Add a kind of desktop here when a backend for it is written.
"""

import sys
from collections.abc import Callable, Mapping

from agent.capture.observations import Backend

NowUs = Callable[[], int]


def desktop_kind(platform: str, environment: Mapping[str, str]) -> str:
    """win32, darwin, wayland, x11 or none."""
    if platform in {"win32", "darwin"}:
        return platform
    is_wayland = environment.get("XDG_SESSION_TYPE") == "wayland" or bool(environment.get("WAYLAND_DISPLAY"))
    if is_wayland:
        return "wayland"
    return "x11" if environment.get("DISPLAY") else "none"


def choose_backend(environment: Mapping[str, str], now_us: NowUs) -> Backend:
    match desktop_kind(sys.platform, environment):
        case "win32":
            from agent.capture.windows.backend import WindowsBackend  # noqa: PLC0415 - only the chosen one

            return WindowsBackend(now_us)
        case "darwin":
            from agent.capture.macos.backend import MacBackend  # noqa: PLC0415

            return MacBackend(now_us)
        case "wayland":
            from agent.capture.wayland import WaylandBackend  # noqa: PLC0415

            return WaylandBackend(now_us)
        case _:
            from agent.capture.x11.backend import X11Backend  # noqa: PLC0415

            return X11Backend(now_us)
