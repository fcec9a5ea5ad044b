"""Shows the icon on Linux: as a StatusNotifierItem, and in X11's old tray where nobody asks for the other."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from agent.capture.own_surfaces import OwnSurfaces
from agent.tray.menu import Do, Touched, TrayState
from agent.tray.notifier import TrayNotifier

if TYPE_CHECKING:
    from agent.tray.xembed.icon import EmbeddedIcon


class LinuxIcon:
    """`show_face` lets a face appear on the session bus, and does nothing where there is none."""

    def __init__(self, show_face: Callable[[TrayNotifier], None], *, own: OwnSurfaces, has_display: bool) -> None:
        self._show_face, self._own, self._has_display = show_face, own, has_display
        self._embedded: EmbeddedIcon | None = None

    def begin(self, do: Do, touched: Touched) -> None:
        if self._has_display:
            from agent.tray.xembed.icon import EmbeddedIcon  # noqa: PLC0415 - needs a display

            self._embedded = EmbeddedIcon(do, self._own)
        self._notifier = TrayNotifier(do, self._watcher_changed, touched)

    def show(self, status: TrayState) -> None:
        self._notifier.change(status)
        self._show_face(self._notifier)
        if self._embedded is not None:
            self._embedded.show(status)

    def notify(self, title: str, text: str) -> bool:
        return False

    def tell(self, title: str, text: str) -> bool:
        return self._embedded is not None and self._embedded.tell(title, text)

    def is_well(self) -> bool:
        """The other icon is the desktop buses' own matter."""
        return self._embedded is None or self._embedded.is_well()

    def restart(self) -> None:
        if self._embedded is not None:
            self._embedded.restart()

    def remove(self) -> None:
        """The other icon goes with the connection to the bus."""
        if self._embedded is not None:
            self._embedded.remove()

    def host(self, work: Callable[[], str]) -> str:
        return work()

    def _watcher_changed(self, is_there: bool) -> None:
        if self._embedded is not None:
            self._embedded.stand_aside(is_there)
