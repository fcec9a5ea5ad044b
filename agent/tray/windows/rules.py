"""Interprets Windows' messages to the icon, and decides what it is given to show. Pure."""

import struct
from collections.abc import Sequence
from enum import Enum

from agent.tray.menu import MenuEntry, TrayState
from agent.tray.pictures import SIZE, Colour, disc

WM_DESTROY, WM_CLOSE, WM_CONTEXTMENU, WM_USER, WM_APP = 0x0002, 0x0010, 0x007B, 0x0400, 0x8000
NIN_SELECT, NIN_KEYSELECT = WM_USER, WM_USER + 1
ICON_MESSAGE, LOOK_AGAIN = WM_APP + 1, WM_APP + 2
MF_STRING, MF_GRAYED, MF_SEPARATOR = 0x0000, 0x0001, 0x0800
TIP_UNITS, INFO_TITLE_UNITS, INFO_UNITS = 127, 63, 255
"""Of two bytes each, without the zero at the end."""


WM_LBUTTONDOWN, WM_RBUTTONDOWN, WM_MBUTTONDOWN, NIN_BALLOONUSERCLICK = 0x0201, 0x0204, 0x0207, WM_USER + 5
_PRESSES = frozenset({WM_LBUTTONDOWN, WM_RBUTTONDOWN, WM_MBUTTONDOWN, NIN_BALLOONUSERCLICK, WM_CONTEXTMENU})


class Meaning(Enum):
    """What a message asks for."""

    MENU = "open the menu"
    LOOK = "show how it stands now"
    NEW_TASKBAR = "the taskbar is new and knows no icon"
    CLOSE = "take the icon away and end"
    END = "the window is gone"
    NOTHING = "not ours"


def meaning_of(message: int, more: int, *, taskbar_created: int) -> Meaning:
    """`more` is the message's LPARAM; `taskbar_created` the number under which Windows tells of a new taskbar."""
    if message == ICON_MESSAGE:
        return Meaning.MENU if more & 0xFFFF in {WM_CONTEXTMENU, NIN_SELECT, NIN_KEYSELECT} else Meaning.NOTHING
    known = {LOOK_AGAIN: Meaning.LOOK, WM_CLOSE: Meaning.CLOSE, WM_DESTROY: Meaning.END}
    if taskbar_created:
        known[taskbar_created] = Meaning.NEW_TASKBAR
    return known.get(message, Meaning.NOTHING)


def is_press(message: int, more: int) -> bool:
    """Whether somebody pressed the icon or a notice beside it."""
    return message == ICON_MESSAGE and more & 0xFFFF in _PRESSES


def point_of(code: int) -> tuple[int, int]:
    """Where the icon was chosen: two signed words of the message's WPARAM, negative on monitors to the left."""
    x, y = struct.unpack("<hh", (code & 0xFFFFFFFF).to_bytes(4, "little"))
    return x, y


def menu_lines(entries: Sequence[MenuEntry]) -> list[tuple[int, int, str | None]]:
    """Flags, number and label as AppendMenuW takes them; numbers begin at 1, since 0 is what is not chosen."""
    return [
        (MF_STRING if entry.words else MF_GRAYED, number, entry.label.replace("&", "&&"))
        if entry.label
        else (MF_SEPARATOR, 0, None)
        for number, entry in enumerate(entries, start=1)
    ]


def words_of(entries: Sequence[MenuEntry], number: int) -> tuple[str, ...]:
    """Empty for what is not chosen."""
    return entries[number - 1].words if 0 < number <= len(entries) else ()


def clipped(text: str, units: int) -> str:
    """No longer than so many units of UTF-16, ending in an ellipsis where something is left out."""
    if len(text.encode("utf-16-le", "surrogatepass")) <= 2 * units:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (units - 1)]
    return kept.decode("utf-16-le", "ignore") + "…"


def tip_of(status: TrayState) -> str:
    return clipped(f"Task Mining: {status.summary}", TIP_UNITS)


def icon_resource(colour: Colour) -> bytes:
    """One icon image as CreateIconFromResourceEx reads it: a header, blue-green-red-alpha from the bottom up, a mask.

    Source: the format of RT_ICON, a BITMAPINFOHEADER whose height counts picture and mask.
    """
    header = struct.pack("<IiiHHIIiiII", 40, SIZE, 2 * SIZE, 1, 32, 0, 0, 0, 0, 0, 0)
    pixels, row = disc(colour), 4 * SIZE
    upwards = [pixels[start : start + row] for start in range(0, len(pixels), row)][::-1]
    picture = b"".join(line[at : at + 4][::-1] for line in upwards for at in range(0, row, 4))
    mask_row = (SIZE + 31) // 32 * 4
    return header + picture + bytes(mask_row * SIZE)
