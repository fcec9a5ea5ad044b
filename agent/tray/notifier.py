"""Shows the icon on the session bus: a StatusNotifierItem with a com.canonical.dbusmenu, as today's desktops want it.

Preferred to XEmbed because it draws no menu of its own, works under Wayland, and goes over a connection that is open
anyway. Where nobody watches for such items, `tray.xembed` takes over.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any

from jeepney import (
    DBusAddress,
    Message,
    MessageFlag,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)

from agent.capture.observations import OwnUse
from agent.dbus.connection import BusConnection
from agent.dbus.messages import MethodCall, Variant, bus_call, names_of
from agent.tray.menu import Do, Touched, TrayState, menu_of
from agent.tray.menu_protocol import MENU_PATH, MenuProtocol, Reply
from agent.tray.pictures import SIZE, colour_of, disc

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM, ITEM_PATH = "org.kde.StatusNotifierItem", "/StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
PROPERTIES = "org.freedesktop.DBus.Properties"
_OWNER_RULE = (
    f"type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged',"
    f"arg0='{WATCHER}'"
)
_INTERFACE_OF = {ITEM_PATH: ITEM, MENU_PATH: MENU}


class TrayNotifier:
    """A face of the desktop's buses, used in their thread. `do` gets the words that were chosen, and must not wait.

    `on_watcher` is told whether the desktop asks for such icons: once at first, and whenever it changes.
    """

    def __init__(self, do: Do, on_watcher: Callable[[bool], None], touched: Touched) -> None:
        self._menu, self._on_watcher, self._touched = MenuProtocol(do, touched), on_watcher, touched
        self._bus: BusConnection | None = None
        self._is_listening = self._is_there = False
        self._shown_status, self._next_shown = TrayState(), TrayState()
        self.name = f"{ITEM}-{os.getpid()}-1"

    def change(self, status: TrayState) -> None:
        """May be called from any thread; seen when the buses' thread lets it appear."""
        self._next_shown = status

    def appear(self, bus: BusConnection) -> None:
        if bus is not self._bus:  # what another connection was told ended with it
            self._bus, self._is_listening, self._is_there = bus, False, False
        if not self._is_listening:
            bus.call(bus_call("AddMatch", "s", [_OWNER_RULE]))
            self._is_listening = True
            (has_watcher,) = bus.call(bus_call("NameHasOwner", "s", [WATCHER]))
            self._on_watcher(bool(has_watcher))
        self._shown_status = self._next_shown
        self._menu.change(menu_of(self._shown_status))
        if not self._shown_status.is_shown:
            if self._is_there:
                bus.call(bus_call("ReleaseName", "s", [self.name]))
            self._is_there = False
        elif not self._is_there:
            bus.call(bus_call("RequestName", "su", [self.name, 4]))
            self._is_there = True
            self._register(bus)
        else:
            for member, signature, body in (
                ("NewIcon", "", []),
                ("NewToolTip", "", []),
                ("NewStatus", "s", [self._status]),
            ):
                self._signal(bus, ITEM_PATH, member, signature, body)
            self._signal(bus, MENU_PATH, "LayoutUpdated", "ui", [self._menu.revision, 0])

    def _register(self, bus: BusConnection) -> None:
        """Not awaited: whoever keeps the tray may ask back before it answers, and often there is nobody."""
        call = MethodCall(WATCHER, "/StatusNotifierWatcher", WATCHER, "RegisterStatusNotifierItem", "s", [self.name])
        bus.send(call.message(is_answer_wanted=False))

    def _signal(self, bus: BusConnection, path: str, member: str, signature: str, body: Sequence[Any]) -> None:
        emitter = DBusAddress(path, interface=_INTERFACE_OF[path])
        bus.send(new_signal(emitter, member, signature or None, tuple(body)))

    def hear(self, bus: BusConnection, message: Message) -> None:
        if message.header.message_type is MessageType.signal:
            match names_of(message)[2], message.body:
                case "NameOwnerChanged", (name, _, str(owner)) if name == WATCHER:
                    self._on_watcher(bool(owner))
                    if owner and self._is_there:
                        self._register(bus)
            return
        try:
            reply = self.answer(message)
        except (TypeError, ValueError, IndexError):  # not as it is asked for: answered like what is not known
            reply = None
        if message.header.flags & MessageFlag.no_reply_expected:
            return
        if reply is None:
            bus.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))
        else:
            signature, body = reply
            bus.send(new_method_return(message, signature or None, tuple(body)))

    def answer(self, message: Message) -> Reply | None:
        """None for what is not known here."""
        body = message.body
        match names_of(message):
            case (path, "org.freedesktop.DBus.Peer", "Ping"):
                return "", []
            case (path, "org.freedesktop.DBus.Properties", "GetAll") if path in _INTERFACE_OF:
                return "a{sv}", [self._properties(path)]
            case (path, "org.freedesktop.DBus.Properties", "Get") if path in _INTERFACE_OF and len(body) > 1:
                found = self._properties(path).get(str(body[1]))
                return None if found is None else ("v", [found])
            case ("/StatusNotifierItem", _, "Activate" | "SecondaryActivate" | "ContextMenu" | "Scroll"):
                self._touched(OwnUse.PRESSED)
                return "", []
            case ("/MenuBar", _, member):
                return self._menu.answer(member, body)
            case _:
                return None

    @property
    def _status(self) -> str:
        return "NeedsAttention" if self._shown_status.waiting else "Active"

    def _properties(self, path: str) -> dict[str, Variant]:
        if path == MENU_PATH:
            return {"Version": ("u", 3), "Status": ("s", "normal"), "TextDirection": ("s", "ltr")}
        picture = [(SIZE, SIZE, disc(colour_of(self._shown_status)))]
        texts = {"Category": "ApplicationStatus", "Id": "task-mining-agent", "Title": "Task Mining", "IconName": ""}
        return {
            **{name: ("s", text) for name, text in texts.items()},
            "Status": ("s", self._status),
            "WindowId": ("i", 0),
            "IconPixmap": ("a(iiay)", picture),
            "AttentionIconPixmap": ("a(iiay)", picture),
            "ToolTip": ("(sa(iiay)ss)", ("", [], "Task Mining", self._shown_status.summary)),
            "ItemIsMenu": ("b", True),
            "Menu": ("o", MENU_PATH),
        }
