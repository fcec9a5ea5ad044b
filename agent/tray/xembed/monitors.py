"""Asks the Xinerama extension which parts of the screen are monitors, when a menu opens."""

from typing import Any

from Xlib.error import XError

from agent.tray.xembed.geometry import Area


def monitors_of(display: Any) -> tuple[Area, ...]:
    """Empty where monitors are not told apart."""
    from Xlib.ext.xinerama import QueryScreens  # noqa: PLC0415 - only where a menu is opened at all

    extension = display.query_extension("XINERAMA")
    if extension is None:
        return ()
    try:
        answer = QueryScreens(display=display.display, opcode=extension.major_opcode)
    except XError:
        return ()
    return tuple(Area(each.x, each.y, each.width, each.height) for each in answer.screens)
