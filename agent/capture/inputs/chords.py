"""Recognizes copy, cut and paste among the keys that are pressed together. Pure.

Add a chord to the tables here when another one means a copy, a cut or a paste.
"""

from domain.event_kinds import EventKind

CONTROL = frozenset({"ctrl", "ctrl_l", "ctrl_r"})
COMMAND = frozenset({"cmd", "cmd_l", "cmd_r"})
SHIFT = frozenset({"shift", "shift_l", "shift_r"})

_BY_LETTER = {"c": EventKind.COPIED, "x": EventKind.CUT, "v": EventKind.PASTED}
#: What a terminal driver makes of control and the letter.
_BY_CONTROL_CHARACTER = {"\x03": EventKind.COPIED, "\x18": EventKind.CUT, "\x16": EventKind.PASTED}


class Chords:
    """Follows the modifiers that are down; knows of other keys only while it is asked about them."""

    def __init__(self, *, is_mac: bool = False) -> None:
        self._main = COMMAND if is_mac else CONTROL
        self._main_down: set[str] = set()
        self._shift_down: set[str] = set()

    def press(self, name: str) -> EventKind | None:
        """`name` is a modifier's name, "insert", "delete", or the one character of a key."""
        if name in self._main:
            self._main_down.add(name)
        elif name in SHIFT:
            self._shift_down.add(name)
        elif name in _BY_CONTROL_CHARACTER:
            return _BY_CONTROL_CHARACTER[name]
        elif self._main_down:
            return EventKind.COPIED if name == "insert" else _BY_LETTER.get(name.lower())
        elif self._shift_down:
            return {"insert": EventKind.PASTED, "delete": EventKind.CUT}.get(name)
        return None

    def release(self, name: str) -> None:
        self._main_down.discard(name)
        self._shift_down.discard(name)
