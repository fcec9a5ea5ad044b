"""Tells once what was seen twice: a copy by chord and by clipboard notice, a click by desktop and by browser.

Pure bookkeeping of times; what was seen is handed in and out as it is.
"""

from typing import Generic, TypeVar

from domain.event_kinds import EventKind

COPY_WITHIN_US = 1_000_000
DUPLICATE_WITHIN_US = 150_000
HOLD_US = 2_000_000
"""On a busy machine the browser's word is that late, and it alone knows what was clicked."""
REMEMBERED_US = 6_000_000
"""A button may be held down for long: the browser tells of its click when it is let go."""

Thing = TypeVar("Thing")


class ClipboardNotices:
    """Tells a clipboard notice that follows a chord from one that is news (copied by menu or mouse)."""

    def __init__(self) -> None:
        self._known_us: int | None = None

    def chord(self, at_us: int) -> None:
        self._known_us = at_us

    def is_news(self, at_us: int) -> bool:
        """A notice; several notices of one copy are one."""
        is_known = self._known_us is not None and abs(at_us - self._known_us) <= COPY_WITHIN_US
        self._known_us = at_us
        return not is_known


class BrowserDuplicates(Generic[Thing]):
    """Holds what the desktop saw in a browser until the browser had its chance to tell the same, with more detail.

    Whichever of the two comes first, and however late the other: one action is told once.
    """

    def __init__(self) -> None:
        self._held: list[tuple[EventKind, int, Thing]] = []
        self._told: list[tuple[EventKind, int]] = []
        self._released: list[tuple[EventKind, int]] = []

    def desktop(self, kind: EventKind, at_us: int, thing: Thing) -> None:
        """Held, unless the browser has told of it already."""
        for number, (told_kind, told_us) in enumerate(self._told):
            if _are_duplicates(kind, told_kind) and _are_close(kind, told_us, at_us):
                del self._told[number]
                return
        self._held.append((kind, at_us, thing))

    def browser(self, kind: EventKind, at_us: int) -> bool:
        """True: the browser's event is kept, and the desktop's is forgotten. False: the desktop's was kept already."""
        duplicates = [
            number
            for number, (held_kind, held_us, _) in enumerate(self._held)
            if _are_duplicates(held_kind, kind) and _are_close(kind, held_us, at_us)
        ]
        if duplicates:
            del self._held[min(duplicates, key=lambda number: abs(self._held[number][1] - at_us))]
            return True
        for number, (released_kind, released_us) in enumerate(self._released):
            if _are_duplicates(released_kind, kind) and _are_close(kind, released_us, at_us):
                del self._released[number]
                return False
        self._told = [told for told in self._told if at_us - told[1] < HOLD_US][-50:]
        self._told.append((kind, at_us))
        return True

    @property
    def due_us(self) -> int | None:
        return self._held[0][1] + HOLD_US if self._held else None

    def due(self, *, now_us: int) -> list[Thing]:
        """What nobody else told of in time."""
        ripe = [held for held in self._held if now_us >= held[1] + HOLD_US]
        self._held = self._held[len(ripe) :]
        self._released = [each for each in self._released if now_us - each[1] < REMEMBERED_US][-50:]
        self._released += [(kind, at_us) for kind, at_us, _ in ripe]
        return [thing for _, _, thing in ripe]


def _are_duplicates(desktop: EventKind, browser: EventKind) -> bool:
    """The desktop notices that something came onto the clipboard, not whether it was copied or cut."""
    return desktop is browser or (desktop, browser) == (EventKind.COPIED, EventKind.CUT)


def _are_close(kind: EventKind, one_us: int, other_us: int) -> bool:
    """Of a click both know when the button went down; of a copy the browser tells when the page got round to it."""
    return abs(one_us - other_us) <= (DUPLICATE_WITHIN_US if kind is EventKind.CLICKED else COPY_WITHIN_US)
