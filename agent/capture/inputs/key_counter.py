"""Counts key presses without ever keeping which keys they were."""

DOWN_MAX = 64


class KeyCounter:
    """Holds the codes of the keys that are down now, and nothing after they are up. Auto-repeat counts once."""

    def __init__(self) -> None:
        self._down: set[int] = set()

    def press(self, code: int) -> bool:
        """True when this is a new press and counts."""
        if code in self._down:
            return False
        if len(self._down) >= DOWN_MAX:  # releases were missed: nobody holds so many keys
            self._down.clear()
        self._down.add(code)
        return True

    def release(self, code: int) -> None:
        """A key that went down under another name (shift was let go first) makes all that is down doubtful."""
        if code in self._down:
            self._down.discard(code)
        else:
            self._down.clear()

    def forget(self) -> None:
        """Attention moved to another window: what is down there is not known here."""
        self._down.clear()
