"""Who vouches for which browser window: the extensions that speak, one voice per profile, and what they said last.

Fails closed: a window that its browser's extension does not vouch for counts as private, at the price of missing an
ordinary one now and then; where no extension speaks, a browser is told by its name alone.
"""

import msgspec

from agent.browser_context import (
    brand_of,
    chromium_brand,
    is_firefox,
    is_ordinary_firefox,
    is_silent_firefox,
    shows,
    without_query,
)
from agent.drafts import ObservedContext

TRUSTED_US = 90_000_000
"""The extension speaks at least every 30 seconds: one that was silent for so long vouches for nothing any more."""

VOICES_MAX = 32
PRIVATE = ObservedContext(is_private=True)


class Page(msgspec.Struct, frozen=True):
    """The tab in front, as the extension tells it. No URL: the window in front is none that it may see."""

    window_title: str
    url: str


class _Voice(msgspec.Struct):
    brand: str
    page: Page
    heard_us: int


class Voices:
    """Used by the recorder's thread."""

    def __init__(self) -> None:
        self._voices: dict[str, _Voice] = {}

    def hear(self, voice: str, page: Page, *, browser: str, at_us: int) -> None:
        """`browser`: the program that hosts the extension; "" when it is not known (it then speaks for any)."""
        self._voices.pop(voice, None)
        while len(self._voices) >= VOICES_MAX:
            del self._voices[next(iter(self._voices))]
        self._voices[voice] = _Voice(chromium_brand(browser), page, at_us)

    def forget(self, voice: str) -> None:
        self._voices.pop(voice, None)

    def speak_for(self, window: ObservedContext, *, at_us: int) -> bool:
        return bool(self._pages(window, at_us))

    def judge(self, window: ObservedContext, *, at_us: int) -> ObservedContext:
        """What of a window may be told: as it is, by a page that is vouched for, by the program's name, or nothing."""
        if is_firefox(window):
            if is_silent_firefox(window):
                return _name_alone(window)
            is_ordinary = is_ordinary_firefox(window.window_title) and not window.is_private
            named = msgspec.structs.replace(window, window_title=without_query(window.window_title))
            return named if is_ordinary else PRIVATE
        if not brand_of(window):
            return window
        pages = self._pages(window, at_us)
        for page in pages:
            if page.url and shows(window.window_title, page.window_title):
                return msgspec.structs.replace(
                    window, window_title=without_query(page.window_title), url=page.url, is_private=False
                )
        if pages or window.is_private:
            return PRIVATE
        return _name_alone(window)

    def _pages(self, window: ObservedContext, at_us: int) -> list[Page]:
        brand = brand_of(window)
        return [
            voice.page
            for voice in self._voices.values()
            if brand and voice.brand in {"", brand} and at_us - voice.heard_us <= TRUSTED_US
        ]


def _name_alone(window: ObservedContext) -> ObservedContext:
    return msgspec.structs.replace(window, window_title="", url="", is_name_alone=True)
