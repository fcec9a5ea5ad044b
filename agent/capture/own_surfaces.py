"""Knows what on the screen is the agent's own: its icon, menu, notes and windows. What is done there is nobody's work.

Shared by whatever shows something of the agent's and by the backend, which tells of nothing that was done there.
"""

import os
import threading
from collections import deque
from enum import Enum

import msgspec

from agent.supervision.process_facts import ProcessGoneError, created

OWN_CLASS = "task-mining-agent"
"""Of all windows that the agent shows on X11, its icon and menu included."""

PROCESSES_MAX, STRETCHES_MAX = 16, 32
SILENT_MAX_MS = 40_000
"""A menu that says nothing for so long has gone without a word: whoever draws it closes one that nobody uses before."""

_LATER_HALF = 1 << 31


class Place(Enum):
    """Whose window the pointer is over."""

    FRONT = "the window in front, or another of its program"
    ELSEWHERE = "another window: a panel, a notice of the desktop, the ground"
    OWN = "something of the agent's own"


class Spot(msgspec.Struct, frozen=True):
    """What is at a point of the screen. `window` numbers, as `WindowSeen` does, another window than the one in front,
    which may come there when it is clicked; 0 where there is none.
    """

    place: Place
    window: int = 0


class OwnSurfaces:
    """May be used from any thread.

    Stretches are those in which a menu of the agent's holds pointer and keyboard, in milliseconds of the display's own
    clock, in which both whoever draws the menu and whoever hears the input are told of the same key.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: dict[int, float] = {}
        self._stretches: deque[tuple[int, int]] = deque(maxlen=STRETCHES_MAX)
        self._taken: tuple[int, int] | None = None

    def add_process(self, pid: int) -> None:
        """One that shows a window of the agent's: numbers are used again, so when it began is remembered."""
        try:
            began = created(pid)
        except ProcessGoneError:
            return
        with self._lock:
            self._processes[pid] = began
            if len(self._processes) > PROCESSES_MAX:
                del self._processes[next(iter(self._processes))]

    def is_own(self, pid: int | None, window_class: str = "") -> bool:
        """Whether a window of this process and class is the agent's."""
        if window_class.casefold() == OWN_CLASS or pid == os.getpid():
            return True
        if pid is None:
            return False
        with self._lock:
            began = self._processes.get(pid)
        try:
            return began is not None and created(pid) == began
        except ProcessGoneError:
            return False

    def spot_of(self, window: int, *, pid: int | None, front: int | None) -> Spot:
        """Whose window it is, by the processes of that window and of the one in front."""
        if self.is_own(pid):
            return Spot(Place.OWN)
        return Spot(Place.FRONT) if pid is not None and pid == front else Spot(Place.ELSEWHERE, window)

    def take(self, at_ms: int) -> None:
        """A menu holds the input from then on; said again of everything that it hears, it still does."""
        with self._lock:
            self._taken = (at_ms if self._taken is None else self._taken[0], at_ms)

    def let_go(self) -> None:
        """What it heard last was still the menu's. Told before it goes, so that nobody finds what lies under it."""
        with self._lock:
            if self._taken is not None:
                self._stretches.append(self._taken)
                self._taken = None

    def press(self, at_ms: int) -> None:
        """One press on something that may be gone before anybody looks what it was."""
        with self._lock:
            self._stretches.append((at_ms, at_ms))

    def has_taken(self, at_ms: int) -> bool:
        """Whether what was done at that moment was done to the agent's own."""
        with self._lock:
            stretches = list(self._stretches)
            if self._taken is not None:
                since, heard = self._taken
                stretches.append((since, heard + SILENT_MAX_MS))
        return any(_is_from(since, at_ms) and _is_from(at_ms, until) for since, until in stretches)


def _is_from(early_ms: int, late_ms: int) -> bool:
    """Whether the second is not before the first, by a clock of 32 bits that starts anew."""
    return (late_ms - early_ms) & 0xFFFF_FFFF < _LATER_HALF
