"""Keeps what each browser profile's extension last reported, and says what of a browser's window may be recorded.

Fails closed: a window that its browser's extension does not vouch for counts as private, at the price of missing an
ordinary one now and then; of a browser without the extension only the program's name is told.
"""

import msgspec

from agent.browser.ordinary_windows import BrowserWindows, Page, Vouched
from agent.capture.browser_titles import (
    brand_of,
    chromium_brand,
    is_firefox,
    is_ordinary_firefox,
    is_silent_firefox,
    without_query,
)
from agent.capture.title_marks import TitleMarks
from agent.policy.drafts import ObservedContext

TRUSTED_US = 90_000_000
"""The extension speaks at least every 30 seconds: one that was silent for so long vouches for nothing any more."""

TOLD_AFTER_US = 1_000_000
"""A page tells that a field has changed when it is left, also by another window."""

PROFILES_MAX = 32
PRIVATE = ObservedContext(is_private=True)


class _Profile(msgspec.Struct):
    brand: str
    page: Page
    heard_us: int
    secret_us: int | None


class ExtensionReports:
    """Used by the recorder's thread."""

    def __init__(self) -> None:
        self._profiles: dict[str, _Profile] = {}
        self._marks = TitleMarks()
        self._windows = BrowserWindows()
        self._left: dict[str, tuple[int, ObservedContext]] = {}

    def hear(
        self, profile: str, title: str, url: str, *, browser: str, at_us: int, secret_us: int | None = None
    ) -> None:
        """`browser`: the program that hosts the extension; "" when it is not known (it then speaks for any)."""
        self._profiles.pop(profile, None)
        while len(self._profiles) >= PROFILES_MAX:
            del self._profiles[next(iter(self._profiles))]
        self._profiles[profile] = _Profile(
            chromium_brand(browser), Page(self._marks.mark(title), url), at_us, secret_us
        )

    def forget(self, profile: str) -> None:
        self._profiles.pop(profile, None)
        self._windows.forget(profile)

    def speak_for(self, window: ObservedContext, *, at_us: int) -> bool:
        return bool(self._speaking(window, at_us))

    def leave(self, window: ObservedContext, *, at_us: int) -> None:
        """The window is in front until now: what was done in it may be told later. Its title is not kept."""
        if self.speak_for(window, at_us=at_us):
            program = ObservedContext(window.application, window_class=window.window_class)
            self._left[brand_of(window)] = (at_us, program)

    def find_window(self, in_front: ObservedContext, *, at_us: int) -> ObservedContext | None:
        """Where something was done at this time: in the window in front, or in one that has been left since."""
        if self.speak_for(in_front, at_us=at_us):
            return in_front
        left = [(left_us, window) for left_us, window in self._left.values() if self.speak_for(window, at_us=at_us)]
        left_us, window = max(left, key=lambda each: each[0], default=(0, in_front))
        return window if at_us <= left_us + TOLD_AFTER_US else None

    def secret_since(self, window: ObservedContext, *, at_us: int) -> int | None:
        """Since when the keyboard goes to a secret field of the page in front, by whoever speaks for the window."""
        told = [each.secret_us for each in self._speaking(window, at_us).values()]
        return max((each for each in told if each is not None), default=None)

    def judge(self, window: ObservedContext, *, at_us: int, number: int = 0) -> ObservedContext:
        """What of the window in front may be told: as it is, by a page that is vouched for, by the program's name, or
        nothing. `number` is the window's own, where the desktop gives it one.
        """
        self._windows.look(number, at_us=at_us)
        if is_firefox(window):
            if is_silent_firefox(window):
                return _name_alone(window)
            is_ordinary = is_ordinary_firefox(window.window_title) and not window.is_private
            named = msgspec.structs.replace(window, window_title=without_query(window.window_title))
            return named if is_ordinary else PRIVATE
        if not brand_of(window):
            return window
        speaking = self._speaking(window, at_us)
        for name, profile in speaking.items():
            title = self._marks.find(window.window_title, profile.page.title)
            if profile.page.url and title:
                self._windows.vouch(Vouched(name, profile.page), heard_us=profile.heard_us, at_us=at_us)
                return _shown(window, title, profile.page.url) if self._windows.stands(number) else PRIVATE
        known = self._windows.find(number)
        title = self._marks.find(window.window_title, known.page.title) if known is not None else ""
        if known is not None and known.profile in speaking and title:
            return _shown(window, title, known.page.url)
        self._windows.take_back()
        return PRIVATE if speaking or window.is_private else _name_alone(window)

    @property
    def stands_us(self) -> int | None:
        """When to judge the window in front again, because the word about it counts from then on."""
        return self._windows.stands_us

    def _speaking(self, window: ObservedContext, at_us: int) -> dict[str, _Profile]:
        brand = brand_of(window)
        return {
            name: profile
            for name, profile in self._profiles.items()
            if brand and profile.brand in {"", brand} and at_us - profile.heard_us <= TRUSTED_US
        }


def _shown(window: ObservedContext, title: str, url: str) -> ObservedContext:
    return msgspec.structs.replace(window, window_title=without_query(title), url=url, is_private=False)


def _name_alone(window: ObservedContext) -> ObservedContext:
    return msgspec.structs.replace(window, window_title="", url="", is_name_alone=True)
