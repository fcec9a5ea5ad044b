"""Draws the small window that the tray takes in: a disc in the colour of the agent's status."""

from typing import Any

from Xlib import X, Xutil

from agent.capture.own_surfaces import OWN_CLASS
from agent.tray.pictures import SIZE, Colour

XEMBED_VERSION, XEMBED_MAPPED = 0, 1
ALPHA_DEPTH = 32
_ROUND = 360 * 64
"""X counts angles in sixty-fourths of a degree."""


def depth_of(screen: Any, visual: int) -> int:
    """Of a visual by its number, 0 for one that the screen does not have."""
    return next((int(each.depth) for each in screen.allowed_depths for v in each.visuals if v.visual_id == visual), 0)


def disc_within(width: int, height: int) -> tuple[int, int, int]:
    """Left, top and diameter of the disc in a window that the tray has given its size."""
    diameter = max(4, min(width, height) * (SIZE - 4) // SIZE)
    return (width - diameter) // 2, (height - diameter) // 2, diameter


class IconWindow:
    """`visual` is the tray's wish. With transparency of its own where the tray has it, else on the tray's ground."""

    def __init__(self, display: Any, *, visual: int) -> None:
        screen = display.screen()
        self._colormap = None
        look: dict[str, Any] = {"background_pixmap": X.ParentRelative}
        depth, kind = screen.root_depth, X.CopyFromParent
        if depth_of(screen, visual) == ALPHA_DEPTH:
            self._colormap = screen.root.create_colormap(visual, X.AllocNone)
            look = {"background_pixel": 0, "border_pixel": 0, "colormap": self._colormap}
            depth, kind = ALPHA_DEPTH, visual
        mask = X.ButtonPressMask | X.ExposureMask | X.StructureNotifyMask
        self.window = screen.root.create_window(
            0, 0, SIZE, SIZE, 0, depth, X.InputOutput, kind, event_mask=mask, **look
        )
        self._display, self._screen = display, screen
        self._size = (SIZE, SIZE)
        self._gc = self.window.create_gc()
        embedding = display.intern_atom("_XEMBED_INFO")
        self.window.change_property(embedding, embedding, 32, [XEMBED_VERSION, XEMBED_MAPPED])
        self.window.set_wm_class(OWN_CLASS, OWN_CLASS.capitalize())
        self.window.set_wm_normal_hints(flags=Xutil.PMinSize, min_width=SIZE, min_height=SIZE)

    def change(self, colour: Colour, name: str) -> None:
        """Some trays show the name beside the pointer."""
        red, green, blue = colour
        if self._colormap is not None:
            pixel = 0xFF000000 | red << 16 | green << 8 | blue
        else:
            pixel = self._screen.default_colormap.alloc_color(red * 257, green * 257, blue * 257).pixel
        self._gc.change(foreground=pixel)
        self.window.set_wm_name(name.encode("latin-1", "replace").decode("latin-1"))
        title, utf8 = self._display.intern_atom("_NET_WM_NAME"), self._display.intern_atom("UTF8_STRING")
        self.window.change_property(title, utf8, 8, name.encode())
        self.draw()

    def hear(self, event: Any) -> None:
        if event.type == X.ConfigureNotify:
            self._size = (event.width, event.height)
            self.draw()
        elif event.type == X.Expose and event.count == 0:
            self.draw()

    def draw(self) -> None:
        left, top, diameter = disc_within(*self._size)
        self.window.clear_area()
        self.window.fill_arc(self._gc, left, top, diameter, diameter, 0, _ROUND)

    def close(self) -> None:
        """Also when the tray has taken it with it: the server's complaint about that is not heard."""
        self._gc.free()
        self.window.destroy()
        if self._colormap is not None:
            self._colormap.free()
