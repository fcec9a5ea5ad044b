"""Shows the old tray's icon as long as the desktop has no StatusNotifierWatcher and the policy allows an icon."""

import threading

from agent.capture.own_surfaces import OwnSurfaces
from agent.tray.menu import Do, TrayState
from agent.tray.xembed.session import TraySession

PATIENCE_SECONDS = 2.0
"""How long after starting the session bus may still say that it has a better tray."""


class EmbeddedIcon:
    """`do` gets the words that were chosen, and must not wait. May be called from any thread."""

    def __init__(self, do: Do, own: OwnSurfaces) -> None:
        self._do, self._own = do, own
        self._lock = threading.Lock()
        self._status: TrayState | None = None
        self._is_aside = self._is_removed = False
        self._session: TraySession | None = None
        self._delay_seconds = PATIENCE_SECONDS

    def show(self, status: TrayState) -> None:
        with self._lock:
            self._status = status
            self._reconsider()

    def stand_aside(self, is_aside: bool) -> None:
        """Told by the session bus whenever a better tray comes or goes."""
        with self._lock:
            self._is_aside = is_aside
            self._reconsider()

    def tell(self, title: str, text: str) -> bool:
        with self._lock:
            is_docked = self._session is not None and self._session.is_docked
            if self._session is not None and is_docked:
                self._session.tell(title, text)
            return is_docked

    def is_well(self) -> bool:
        with self._lock:
            return self._session is None or self._session.is_well()

    def restart(self) -> None:
        with self._lock:
            if self._session is not None:
                self._session.leave()
                self._session = None
            self._reconsider()

    def remove(self) -> None:
        with self._lock:
            self._is_removed = True
            self._reconsider()

    def _reconsider(self) -> None:
        status = self._status
        if status is None or not status.is_shown or self._is_aside or self._is_removed:
            if self._session is not None:
                self._session.stop()
                self._session = None
        elif self._session is None:
            self._session = TraySession(status, self._do, own=self._own, delay_seconds=self._delay_seconds)
            self._delay_seconds = 0.0
            self._session.start()
        else:
            self._session.change(status)
