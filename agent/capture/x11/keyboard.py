"""Names keys as far as chords need it: modifiers, insert, delete, and three letters; every other key stays nameless.

So do insert and delete of the number pad while NumLock makes digits of them.
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
    0xFF9E: "insert",
    0xFF9F: "delete",
    **{symbol: chr(symbol).lower() for symbol in b"cvxCVX"},
}
_ON_NUMBER_PAD = frozenset({0xFF9E, 0xFF9F})
_NUM_LOCK = 0xFF7F
_LATIN_MAX = 0xFF
_GROUPS = 4


class Keyboard:
    """The keys of one display as they are now; `read` again when they have changed."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._names: dict[tuple[int, int], str] = {}
        self._digits: frozenset[int] = frozenset()
        self._num_lock_mask = 0
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
        self._digits = frozenset(code for code, symbols in enumerate(keys, start=first) if _is_on_number_pad(symbols))
        num_locks = {code for code, symbols in enumerate(keys, start=first) if _NUM_LOCK in symbols}
        modifiers = enumerate(self._display.get_modifier_mapping())
        self._num_lock_mask = sum(1 << place for place, codes in modifiers if num_locks & {*codes})

    def name(self, code: int, state: int) -> str:
        """ "" for a key that no chord needs. `state` is the event's: modifiers and layout."""
        if state & self._num_lock_mask and code in self._digits:
            return ""
        return self._names.get((code, state >> 13 & 3), "")


def _is_on_number_pad(symbols: Sequence[int]) -> bool:
    return not _ON_NUMBER_PAD.isdisjoint(symbols)


def name_of(symbols: Sequence[int], group: int) -> str:
    """By the layout that is on; where that has no Latin letter on the key, by another that has, as programs do."""
    here = symbols[2 * group : 2 * group + 2]
    if any(_LATIN_MAX >= symbol > 0 for symbol in here):
        return _first_name(here)
    return _first_name(here) or _first_name(symbols)


def _first_name(symbols: Sequence[int]) -> str:
    return next((_NAMES[symbol] for symbol in symbols if symbol in _NAMES), "")
