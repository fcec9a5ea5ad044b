"""What a person sees of the agent in the old tray, and does there: the icon and its colour, the menu and its rows."""

from contextlib import AbstractContextManager
from typing import Any

from Xlib import X
from Xlib.display import Display
from Xlib.error import BadDrawable, BadWindow

from agent.tray.menu import TrayState, menu_of
from agent.tray.xembed.geometry import Row, rows_of
from agent.tray.xembed.lettering import Lettering
from tests.fakes.desktop import Desktop, process, wait_for

RECORDING = "Task Mining: recording"
LONG_OVER = 1
"""By the clock of the X server, which began with the machine."""


class TrayScreen:
    """A desktop with a tray, looked at over a connection of its own."""

    def __init__(self, found: Desktop) -> None:
        self.desktop, self.display = found, Display(found.environment["DISPLAY"])
        self.root = self.display.screen().root
        self._lettering = Lettering(self.display)

    def tray(self) -> AbstractContextManager[Any]:
        edges = ("--edge", "top", "--align", "right", "--widthtype", "request", "--height", "26")
        return process("trayer", *edges, environment=self.desktop.environment)

    def icon(self, name: str) -> str:
        return wait_for(lambda: self.desktop.find(name), what=f"the icon {name!r}")

    def colour(self, icon: str) -> tuple[int, int, int]:
        """Of its middle."""
        window = self.display.create_resource_object("window", int(icon))
        size = window.get_geometry()
        place = window.translate_coords(self.root, 0, 0)
        x, y = -place.x + size.width // 2, -place.y + size.height // 2
        blue, green, red = self.root.get_image(x, y, 1, 1, X.ZPixmap, 0xFFFFFFFF).data[:3]
        return red, green, blue

    def shows(self, colour: tuple[int, int, int], icon: str) -> None:
        wait_for(lambda: self.colour(icon) == colour, what=f"the colour {colour}")

    def menu(self) -> Any | None:
        """The window that lies above all others, when it is one of those that no window manager manages."""
        for window in reversed(self.root.query_tree().children):
            try:
                about, size = window.get_attributes(), window.get_geometry()
            except (BadWindow, BadDrawable):  # it closed since the question for its siblings
                continue
            if about.override_redirect and about.map_state == X.IsViewable and size.width > 60 and size.height > 60:
                return window
        return None

    def open_menu(self, icon: str) -> Any:
        """It is open when it holds pointer and keyboard: before, what is done would go past it."""
        self.desktop.run("xdotool", "mousemove", "--window", icon, "8", "8", "click", "1")
        menu = wait_for(self.menu, what="the menu")
        wait_for(lambda: not any(self._takes()), what="that the menu holds pointer and keyboard")
        return menu

    def rows(self, status: TrayState) -> dict[str, Row]:
        rows = rows_of(menu_of(status), text_height=self._lettering.height, height_max=780)
        return {row.entry.label: row for row in rows}

    def click_row(self, menu: Any, row: Row) -> None:
        at = ("20", str(row.top + row.height // 2))
        self.desktop.run("xdotool", "mousemove", "--window", str(menu.id), *at, "click", "1")

    def is_free(self) -> bool:
        """Whether pointer and keyboard can be taken by another program: nobody holds them."""
        return all(self._takes())

    def _takes(self) -> tuple[bool, bool]:
        """Whether pointer and keyboard could be taken: asked for at a time that is long over, which takes neither.

        Who took them, were it for a moment, would have whoever wants them for a press of before refused as too late.
        """
        pointer = self.root.grab_pointer(False, 0, X.GrabModeAsync, X.GrabModeAsync, X.NONE, X.NONE, LONG_OVER)
        keyboard = self.root.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, LONG_OVER)
        assert X.GrabSuccess not in (pointer, keyboard)
        return pointer != X.AlreadyGrabbed, keyboard != X.AlreadyGrabbed

    def is_left(self) -> bool:
        return self.menu() is None and self.is_free()
