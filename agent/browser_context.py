"""Which page a browser window shows, and whether it may be named: only what the extension vouches for.

The extension never sees private windows; a browser window that it does not vouch for loses its title.
"""

import msgspec

from agent.drafts import ObservedContext

BROWSERS = frozenset(
    {"chromium", "chrome", "google-chrome", "msedge", "microsoft-edge", "brave", "brave-browser", "vivaldi", "opera"}
)


class Page(msgspec.Struct, frozen=True):
    """The tab in front, as the extension tells it. No URL: the window in front is none that it may see."""

    window_title: str
    url: str


def is_browser(application: str) -> bool:
    """Of the Chromium family, for which there is an extension."""
    name = application.casefold().removesuffix(".exe")
    return name in BROWSERS or name.startswith(("chromium", "google chrome", "chrome"))


def context_of(seen: ObservedContext, page: Page | None) -> ObservedContext:
    """The context to record. `page` None: the extension does not speak, the window stands for itself."""
    if page is None or not is_browser(seen.application):
        return seen
    if not page.url or not _same_title(seen.window_title, page.window_title):
        return msgspec.structs.replace(seen, window_title="", url="")
    return msgspec.structs.replace(seen, window_title=page.window_title or seen.window_title, url=page.url)


def _same_title(window_title: str, page_title: str) -> bool:
    """A browser shows the page's title at the start of its window's title; before it may stand a count in brackets."""
    return window_title.startswith(page_title[:200].rstrip()) if page_title else True
