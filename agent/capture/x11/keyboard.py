"""What a key is called, as far as chords need it: a modifier, insert, delete, or one of three letters.

Which keys together mean something belongs to `agent.capture.chords`. Every other key stays nameless.
"""

from collections.abc import Sequence
from typing import Any

MODIFIERS = frozenset({"shift_l", "shift_r", "ctrl_l", "ctrl_r"})
_NAMES = {
    0xFFE1: "shift_l",
    0xFFE2: "shift_r",
    0xFFE3: "ctrl_l",
    0xFFE4: "ctrl_r",
    0xFF63: "insert",
    0xFFFF: "delete",
    **{symbol: chr(symbol).lower() for symbol in b"cvxCVX"},
}
_LATIN_MAX = 0xFF
_GROUPS = 4


class Keyboard:
    """The keys of one display as they are now; `read` again when they have changed."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._names: dict[tuple[int, int], str] = {}
        self.read()

    def read(self) -> None:
        first = int(self._display.display.info.min_keycode)
        keys = self._display.get_keyboard_mapping(first, int(self._display.display.info.max_keycode) - first + 1)
        self._names = {
            (code, group): name
            for code, symbols in enumerate(keys, start=first)
            for group in range(_GROUPS)
            if (name := name_of(symbols, group))
        }

    def name(self, code: int, group: int) -> str:
        """ "" for a key that no chord needs."""
        return self._names.get((code, group), "")


def name_of(symbols: Sequence[int], group: int) -> str:
    """By the layout that is on; where that has no Latin letter on the key, by another that has, as programs do."""
    here = symbols[2 * group : 2 * group + 2]
    if any(_LATIN_MAX >= symbol > 0 for symbol in here):
        return _first_name(here)
    return _first_name(here) or _first_name(symbols)


def _first_name(symbols: Sequence[int]) -> str:
    return next((_NAMES[symbol] for symbol in symbols if symbol in _NAMES), "")
