"""Decides what the menu bar shows, which entry a number means, and how macOS is asked to say something. Pure."""

from collections.abc import Sequence

from agent.tray.menu import MenuEntry
from agent.tray.pictures import Colour

SIDE, MARGIN = 18.0, 2.0
"""Of the picture, in points; the menu bar is 22 high."""

ENTRIES_MAX = 1000


def colour_parts(colour: Colour) -> tuple[float, float, float]:
    """As sRGB from 0 to 1."""
    red, green, blue = (part / 255 for part in colour)
    return red, green, blue


def disc_place() -> tuple[tuple[float, float], tuple[float, float]]:
    """Corner and size."""
    return (MARGIN, MARGIN), (SIDE - 2 * MARGIN, SIDE - 2 * MARGIN)


def number_of(revision: int, index: int) -> int:
    """Grows with each revision: what is chosen in a menu that has changed since never hits something else."""
    return revision * ENTRIES_MAX + index


def words_of(entries: Sequence[MenuEntry], number: int, *, revision: int) -> tuple[str, ...]:
    """Empty for what is not chosen, or was chosen in an older menu."""
    of_revision, index = divmod(number, ENTRIES_MAX)
    return entries[index].words if of_revision == revision and index < len(entries) else ()


def _script(action: str, title: str, text: str) -> tuple[str, ...]:
    """Title and text travel as arguments, never as part of the script."""
    return ("osascript", "-e", "on run argv", "-e", action, "-e", "end run", title, text)


def notice_command(title: str, text: str) -> tuple[str, ...]:
    return _script("display notification (item 2 of argv) with title (item 1 of argv)", title, text)


def answer_command(title: str, text: str) -> tuple[str, ...]:
    return _script(
        'display dialog (item 2 of argv) with title (item 1 of argv) buttons {"OK"} default button 1', title, text
    )
