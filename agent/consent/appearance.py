"""How the window looks: light or dark, as the desktop is. Colours are chosen to be read (contrast 7:1 for text)."""

import os
from collections.abc import Callable, Mapping

import msgspec

from agent.dbus.connection import BusConnection, session_address
from agent.dbus.messages import MethodCall

_PORTAL = ("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Settings")
_PREFERS_DARK = 1


class Colours(msgspec.Struct, frozen=True):
    """Of the window, in the words of Tk."""

    ground: str
    text: str
    quiet: str
    field: str
    button: str
    pressed: str
    focus: str


LIGHT = Colours("#f6f5f4", "#1a1a1a", "#4a4a4a", "#ffffff", "#e2e0de", "#cfccc9", "#1c5fb4")
DARK = Colours("#242424", "#f2f2f2", "#c4c4c4", "#303030", "#444444", "#5a5a5a", "#8ab8ff")


def colours_of(environment: Mapping[str, str], ask: Callable[[], int]) -> Colours:
    """`ask` tells what the desktop prefers (0: nothing, 1: dark, 2: light) and may fail with OSError."""
    theme = environment.get("GTK_THEME", "")
    if theme:
        return DARK if "dark" in theme.casefold() else LIGHT
    try:
        return DARK if ask() == _PREFERS_DARK else LIGHT
    except (OSError, LookupError, TypeError, ValueError):
        return LIGHT  # a desktop without the portal prefers nothing


def desktop_preference() -> int:
    """What the desktop's portal says (org.freedesktop.appearance, color-scheme). Raises OSError."""
    bus = BusConnection(session_address(os.environ))
    try:
        ((_, (_, value)),) = bus.call(
            MethodCall(*_PORTAL, "Read", "ss", ["org.freedesktop.appearance", "color-scheme"]), seconds=1.0
        )
        return int(value)
    finally:
        bus.close()
