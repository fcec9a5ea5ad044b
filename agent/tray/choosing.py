"""Defines what every kind of icon can do, and chooses the kind that fits the desktop; only that one is imported.

Add a kind of icon here when another desktop is supported.
"""

from collections.abc import Callable
from typing import Protocol

from agent.capture.observations import Backend
from agent.tray.menu import Do, Touched, TrayState


class TrayIcon(Protocol):
    """May be called from any thread but for `host`. A desktop without a tray shows nothing and nothing fails."""

    def begin(self, do: Do, touched: Touched) -> None:
        """Once, before anything is shown. `touched` hears of every use that the desktop tells of."""
        ...

    def show(self, status: TrayState) -> None: ...

    def notify(self, title: str, text: str) -> bool:
        """What the agent tells of its own accord; must not wait. False where the desktop itself shows it."""
        ...

    def tell(self, title: str, text: str) -> bool:
        """The answer to what was chosen. False where the desktop's notices are the place for it."""
        ...

    def is_well(self) -> bool:
        """Whether whatever shows it still runs; must not wait."""
        ...

    def restart(self) -> None:
        """Where it is not."""
        ...

    def remove(self) -> None:
        """For good."""
        ...

    def host(self, work: Callable[[], str]) -> str:
        """Does the work and returns its answer, or raises what it raises; the icon may need this thread meanwhile."""
        ...


def find_icon(backend: Backend) -> TrayIcon | None:
    """By the backend of the desktop; None for one that has no place for icons."""
    match backend.name:
        case "x11" | "wayland":
            from agent.tray.linux import LinuxIcon  # noqa: PLC0415 - only the chosen one

            return LinuxIcon(backend.show, own=backend.own, has_display=backend.name == "x11")
        case "win32":
            from agent.tray.windows.icon import WindowsIcon  # noqa: PLC0415

            return WindowsIcon()
        case "darwin":
            from agent.tray.macos.icon import MacIcon  # noqa: PLC0415

            return MacIcon(own=backend.own)
        case _:
            return None
