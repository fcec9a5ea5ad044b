"""Knows what on the screen is the agent's own: its icon, menu, notes and windows. What is done there is nobody's work.

Shared by whatever shows something of the agent's and by the backend, which tells of nothing that was done there.
"""

import os
import threading
from collections import deque
from enum import Enum

from agent.supervision.process_facts import ProcessGoneError, created

OWN_CLASS = "task-mining-agent"
"""Of all windows that the agent shows on X11, its icon and menu included."""

PROCESSES_MAX, STRETCHES_MAX = 16, 32
_LATER_HALF = 1 << 31


class Place(Enum):
    """Whose window the pointer is over."""

    FRONT = "the window in front, or another of its program"
    ELSEWHERE = "another window: a panel, a notice of the desktop, the ground"
    OWN = "something of the agent's own"


class OwnSurfaces:
    """May be used from any thread.

    Stretches are those in which a menu of the agent's holds pointer and keyboard, in milliseconds of the display's own
    clock, in which both whoever draws the menu and whoever hears the input are told of the same key.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: dict[int, float | None] = {os.getpid(): None}
        self._stretches: deque[tuple[int, int]] = deque(maxlen=STRETCHES_MAX)
        self._taken_since_ms: int | None = None

    def add_process(self, pid: int) -> None:
        """One that shows a window of the agent's: numbers are used again, so when it began is remembered."""
        try:
            began = created(pid)
        except ProcessGoneError:
            return
        with self._lock:
            self._processes[pid] = began
            while len(self._processes) > PROCESSES_MAX:
                del self._processes[next(each for each in self._processes if each != os.getpid())]

    def is_own(self, pid: int | None, window_class: str = "") -> bool:
        """Whether a window of this process and class is the agent's."""
        if window_class.casefold() == OWN_CLASS:
            return True
        began = self._processes.get(pid) if pid is not None else None
        if pid is None or began is None:
            return pid == os.getpid()
        try:
            return created(pid) == began
        except ProcessGoneError:
            return False

    def take(self, since_ms: int) -> None:
        """A menu holds the input from then on."""
        with self._lock:
            self._taken_since_ms = since_ms

    def let_go(self, until_ms: int) -> None:
        """What was done then was still the menu's. Told before it goes, so that nobody finds what lies under it."""
        with self._lock:
            if self._taken_since_ms is not None:
                self._stretches.append((self._taken_since_ms, until_ms))
                self._taken_since_ms = None

    def press(self, at_ms: int) -> None:
        """One press on something that may be gone before anybody looks what it was."""
        with self._lock:
            self._stretches.append((at_ms, at_ms))

    def has_taken(self, at_ms: int) -> bool:
        """Whether what was done at that moment was done to the agent's own."""
        with self._lock:
            if self._taken_since_ms is not None and _is_from(self._taken_since_ms, at_ms):
                return True
            return any(_is_from(since, at_ms) and _is_from(at_ms, until) for since, until in self._stretches)


def _is_from(early_ms: int, late_ms: int) -> bool:
    """Whether the second is not before the first, by a clock of 32 bits that starts anew."""
    return (late_ms - early_ms) & 0xFFFF_FFFF < _LATER_HALF
