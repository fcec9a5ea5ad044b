"""Answers desktops that ask for the tray's menu over com.canonical.dbusmenu. Pure but for doing what was chosen."""

from collections.abc import Sequence
from typing import Any

from agent.capture.observations import OwnUse
from agent.dbus.messages import Variant
from agent.tray.menu import Do, MenuEntry, Touched

MENU_PATH = "/MenuBar"
_ENTRIES_MAX = 1000

Reply = tuple[str, Sequence[Any]]
"""A signature and what is answered."""

_USES = {"opened": OwnUse.OPENED, "closed": OwnUse.LEFT, "clicked": OwnUse.LEFT}


class MenuProtocol:
    """`do` gets the words of the entry that was chosen, `touched` what a desktop says of the menu."""

    def __init__(self, do: Do, touched: Touched) -> None:
        self._do, self._touched = do, touched
        self._entries: tuple[MenuEntry, ...] = ()
        self.revision = 0

    def change(self, entries: tuple[MenuEntry, ...]) -> None:
        self._entries = entries[:_ENTRIES_MAX]
        self.revision += 1

    def answer(self, member: str, body: Sequence[Any]) -> Reply | None:
        """None for what is not known here."""
        reply: Reply | None = None
        match member, list(body):
            case "GetLayout", [int(number), *_]:
                reply = "u(ia{sv}av)", [self.revision, self._node(number)]
            case "GetGroupProperties", [list(wanted), *_]:
                layout = self._layout()
                reply = "a(ia{sv})", [[(each, layout[each]) for each in wanted or layout if each in layout]]
            case "GetProperty", [int(number), str(name)] if name in self._layout().get(number, {}):
                reply = "v", [self._layout()[number][name]]
            case "Event", [int(number), str(kind), *_]:
                self._event(number, kind)
                reply = "", []
            case "EventGroup", [list(events)]:
                for number, kind, *_ in events:
                    self._event(number, kind)
                reply = "ai", [[]]
            case "AboutToShow", _:  # some desktops ask long before: nobody is told that it is open
                self._touched(OwnUse.PRESSED)
                reply = "b", [False]
            case "AboutToShowGroup", _:
                self._touched(OwnUse.PRESSED)
                reply = "aiai", [[], []]
        return reply

    def _node(self, number: int) -> tuple[int, dict[str, Variant], list[Variant]]:
        if number != 0:
            return number, self._layout().get(number, {}), []
        children: list[Variant] = [("(ia{sv}av)", (each, entry, [])) for each, entry in self._layout().items()]
        return 0, {"children-display": ("s", "submenu")}, children

    def _layout(self) -> dict[int, dict[str, Variant]]:
        """Numbers grow with each revision: a click on a menu that has changed since never hits something else."""
        return {
            self.revision * _ENTRIES_MAX + index: (
                {"label": ("s", entry.label.replace("_", "__")), "enabled": ("b", bool(entry.words))}
                if entry.label
                else {"type": ("s", "separator")}
            )
            for index, entry in enumerate(self._entries)
        }

    def _event(self, number: int, kind: str) -> None:
        if kind in _USES:
            self._touched(_USES[kind])
        revision, index = divmod(number, _ENTRIES_MAX)
        if kind == "clicked" and revision == self.revision and index < len(self._entries):
            words = self._entries[index].words
            if words:
                self._do(words)
