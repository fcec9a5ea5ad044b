"""Draws the icon's pixels, a disc in the colour of the agent's status. Pure; no picture library is needed."""

from functools import lru_cache

from agent.tray.menu import TrayState

SIZE = 22
_RED, _VIOLET, _AMBER, _GREY = (0xD0, 0x34, 0x2C), (0x6A, 0x4C, 0xC4), (0xE0, 0x9A, 0x1F), (0x80, 0x80, 0x80)

Colour = tuple[int, int, int]


def colour_of(status: TrayState) -> Colour:
    """Red: recording; violet: private mode; amber: your answer is asked for; grey: not recording."""
    if status.is_recording:
        return _RED
    if status.is_private:
        return _VIOLET
    return _AMBER if status.waiting else _GREY


@lru_cache(maxsize=4)
def disc(colour: Colour) -> bytes:
    """ARGB, big-endian, row by row; the rim fades over one pixel."""
    middle, radius = (SIZE - 1) / 2, SIZE / 2 - 2
    pixels = bytearray()
    for y in range(SIZE):
        for x in range(SIZE):
            distance = ((x - middle) ** 2 + (y - middle) ** 2) ** 0.5
            covered = min(1.0, max(0.0, radius + 0.5 - distance))
            pixels += bytes((round(255 * covered), *colour))
    return bytes(pixels)
