"""Finds the display's tray, asks it to take the icon in, and tells when it leaves or another one comes.

The protocol is the freedesktop System Tray Protocol 0.4.
"""

from typing import Any

from Xlib import X
from Xlib.error import XError
from Xlib.protocol.event import ClientMessage

REQUEST_DOCK = 0


class Docking:
    """Of one thread and one display connection. The root tells of trays that come, a tray's own window that it goes."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._selection = display.intern_atom(f"_NET_SYSTEM_TRAY_S{display.get_default_screen()}")
        self._manager = display.intern_atom("MANAGER")
        self._opcode = display.intern_atom("_NET_SYSTEM_TRAY_OPCODE")
        self._visual = display.intern_atom("_NET_SYSTEM_TRAY_VISUAL")
        self.tray: Any = None
        display.screen().root.change_attributes(event_mask=X.StructureNotifyMask)

    def look(self) -> bool:
        """Whether another tray is there than before (or none any more)."""
        former = self.tray.id if self.tray is not None else 0
        self._display.grab_server()  # so that the tray cannot leave between being found and being listened to
        try:
            found = self._display.get_selection_owner(self._selection)
            self.tray = found if found != X.NONE else None
            if self.tray is not None and self.tray.id != former:
                self.tray.change_attributes(event_mask=X.StructureNotifyMask)
        finally:
            self._display.ungrab_server()
            self._display.flush()
        return (self.tray.id if self.tray is not None else 0) != former

    def is_about_tray(self, event: Any) -> bool:
        """A tray announces itself, or the known one is gone."""
        if event.type == X.ClientMessage:
            return bool(event.client_type == self._manager and event.data[1][1] == self._selection)
        return event.type == X.DestroyNotify and self.tray is not None and event.window.id == self.tray.id

    def visual(self) -> int:
        """The visual in which the tray wants its icons, 0 when it does not say."""
        try:
            answer = self.tray.get_property(self._visual, X.AnyPropertyType, 0, 1)
        except XError:
            return 0
        return int(answer.value[0]) if answer is not None and len(answer.value) else 0

    def dock(self, window: Any) -> None:
        data = (32, [X.CurrentTime, REQUEST_DOCK, window.id, 0, 0])
        self.tray.send_event(ClientMessage(window=self.tray, client_type=self._opcode, data=data))
