"""Remembers which windows of a browser are ordinary ones, by the page that was vouched for in them for long enough.

A window is ordinary or private as long as it lives, while the browser's word about it comes and goes: with a bubble, a
menu or a question of the browser open, its extension says that no page is in front.
"""

import msgspec

from agent.capture.title_marks import TitleMark

SETTLED_US = 2_000_000
"""The browser's word about the window before may be late, but not so late."""

STANDS_US = 1_000_000
"""A word about a window that is not known counts once it stood for so long. A browser that is busy opening a private
window still vouches for the ordinary one before, and the two may show the same page."""

HEARD_BEFORE_US = 1_000_000
"""A browser may speak of its window a moment before the desktop does; what is older was said of another window."""

WINDOWS_MAX = 64


class Page(msgspec.Struct, frozen=True):
    """The tab in front, as the extension tells it. No URL: the window in front is none that it may see.

    Its title is not kept, but a mark by which it is known again.
    """

    title: TitleMark
    url: str


class Vouched(msgspec.Struct, frozen=True):
    """What was last shown in a window, by the word of which profile."""

    profile: str
    page: Page


class BrowserWindows:
    """Windows have a number of their own above 0; any other number is never known. Used by the recorder's thread."""

    def __init__(self) -> None:
        self._known: dict[int, Vouched] = {}
        self._number, self._in_front_us = 0, 0
        self._current: Vouched | None = None
        self._since_us = 0
        self._stood = 0

    def look(self, number: int, *, at_us: int) -> None:
        """This window is in front. What was said of the one before without being taken back is known from now on."""
        if self._current is not None and at_us - self._since_us >= SETTLED_US:
            self._known.pop(self._number, None)
            while len(self._known) >= WINDOWS_MAX:
                del self._known[next(iter(self._known))]
            self._known[self._number] = self._current
        if number != self._number:
            self._number, self._in_front_us, self._current, self._stood = number, at_us, None, 0

    def vouch(self, vouched: Vouched, *, heard_us: int, at_us: int) -> None:
        """The page is shown by the window in front, by a word that was heard then."""
        if self._number <= 0 or heard_us < self._in_front_us - HEARD_BEFORE_US:
            return
        if self._current is None or self._current.profile != vouched.profile:
            self._since_us = at_us
        self._current = vouched
        if at_us - self._since_us >= STANDS_US:
            self._stood = self._number

    def stands(self, number: int) -> bool:
        """Whether a word about this window, which is in front, counts by now."""
        return number <= 0 or number in self._known or number == self._stood

    @property
    def stands_us(self) -> int | None:
        """When the word about the window in front will count, if it does not yet and is not taken back."""
        is_waiting = self._current is not None and not self.stands(self._number)
        return self._since_us + STANDS_US if is_waiting else None

    def take_back(self) -> None:
        """The window in front is vouched for no more."""
        self._current = None

    def find(self, number: int) -> Vouched | None:
        return self._known.get(number)

    def forget(self, profile: str) -> None:
        self._known = {number: each for number, each in self._known.items() if each.profile != profile}
        self._current, self._stood = None, 0
