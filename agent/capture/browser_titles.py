"""Tells which browser a window belongs to and what its title says: pure rules about names and titles.

Add a browser by its name here; which windows count as ordinary is decided by `browser.extension_reports`.
"""

import re

from agent.policy.drafts import ObservedContext
from agent.policy.urls import path_template

#: Their windows look the same whether they are private or not: class, role, form of title and process are equal
#: (compared on X11 with Chromium 156), so that a title names a window only when the extension vouches for it.
_CHROMIUM_FAMILY = {
    "chromium": r"(?:ungoogled-)?chromium",
    "chrome": r"(?:google[- ])?chrome",
    "edge": r"msedge|microsoft[- ]edge",
    "brave": r"brave",
    "vivaldi": r"vivaldi",
    "opera": r"opera",
    "arc": r"arc",
    "safari": r"safari",  # of another family, without an extension: just as silent about private windows
    "epiphany": r"epiphany|org\.gnome\.epiphany|gnome web",
}
_ENDED = r"(?:[-_. ].*)?$"
_BRANDS = tuple((brand, re.compile(rf"(?:{names}){_ENDED}")) for brand, names in _CHROMIUM_FAMILY.items())
_FIREFOX = re.compile(rf"(?:firefox|librewolf|waterfox|tor[- ]browser|floorp|zen){_ENDED}")

_FIREFOX_NAMES = (
    r"Mozilla Firefox(?: ESR)?|Firefox (?:Developer Edition|Nightly)|Nightly|LibreWolf|Waterfox|Floorp|Zen Browser"
)
#: How Firefox ends the title of an ordinary window, in every language: with a dash and its name alone. Of a private one
#: the language adds words behind or before the name ("Mozilla Firefox Private Browsing", "… Privater Modus").
_ORDINARY_FIREFOX = re.compile(rf"(?:^|[-–—－]\s?)(?:{_FIREFOX_NAMES})$")
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ADDRESS = re.compile(r"^((?:https?://)?[\w.\-\[\]:]+/[^\s?#]*)[?#]\S*")
_SHOWN_ADDRESS = re.compile(
    r"((?:https?://)?(?:[\w-]+(?:\.[\w-]+)+|localhost|\[[\da-f:]+\])(?::\d+)?)(/[^\s?#]*)(?:[?#]\S*)?", re.IGNORECASE
)

#: Words on the command line of a browser that was started privately as a whole. Windows opened privately later, and
#: those handed to a browser that runs already, are not told by it.
_PRIVATE_WORDS = frozenset({"incognito", "inprivate", "private", "incognito-mode", "private-instance"})


def chromium_brand(*names: str) -> str:
    """ "" when none of these names (application, window class) is one of a browser that hides private windows."""
    for name in names:
        plain = name.casefold().removesuffix(".exe")
        for brand, pattern in _BRANDS:
            if pattern.match(plain):
                return brand
    return ""


def brand_of(window: ObservedContext) -> str:
    return chromium_brand(window.application, window.window_class)


def is_firefox(window: ObservedContext) -> bool:
    names = (window.application, window.window_class)
    return any(_FIREFOX.match(name.casefold().removesuffix(".exe")) for name in names)


def is_browser(window: ObservedContext) -> bool:
    return is_firefox(window) or brand_of(window) != ""


def is_silent_firefox(window: ObservedContext) -> bool:
    """On macOS an ordinary window's title is the page's alone, so that it cannot be told from a private one's."""
    return window.window_class.startswith("org.mozilla.")


def is_ordinary_firefox(window_title: str) -> bool:
    """False in doubt: a dialog, a side window, a brand that is not known."""
    return _ORDINARY_FIREFOX.search(_DIRECTIONS.sub("", window_title).rstrip()) is not None


def is_private_start(arguments: tuple[str, ...]) -> bool:
    """Whether a browser with this command line was started privately as a whole."""
    return any(word.startswith("-") and word.lstrip("-").casefold() in _PRIVATE_WORDS for word in arguments)


def without_query(title: str) -> str:
    """A page that has no title is shown by its address, of which only the template may be kept."""
    found = _SHOWN_ADDRESS.match(title)
    if found is not None:
        return found[1] + path_template(found[2]) + title[found.end() :]
    return _ADDRESS.sub(r"\1", title)


def plain_title(title: str) -> str:
    """Without marks of direction, which browsers add for languages written from the right."""
    return " ".join(_DIRECTIONS.sub("", title).split())
