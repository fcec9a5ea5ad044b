"""Draws the open menu with core X, holding pointer and keyboard until something is chosen or it is left."""

from collections.abc import Sequence
from typing import Any

from Xlib import XK, X

from agent.capture.own_surfaces import OWN_CLASS, OwnSurfaces
from agent.tray.menu import Do, MenuEntry
from agent.tray.xembed.geometry import (
    BORDER,
    PADDING,
    Point,
    Row,
    area_of,
    height_of,
    is_inside,
    next_row,
    place,
    row_at,
    rows_of,
)
from agent.tray.xembed.lettering import Lettering
from agent.tray.xembed.monitors import monitors_of

_GROUND, _TEXT, _QUIET, _LINE, _CHOSEN, _CHOSEN_TEXT = 0xF6F6F6, 0x202020, 0x606060, 0xC4C4C4, 0x2F5FA8, 0xFFFFFF
_POINTER_EVENTS = X.ButtonPressMask | X.ButtonReleaseMask | X.PointerMotionMask
_WHEEL = (4, 5, 6, 7)
_STEPS = {XK.XK_Up: -1, XK.XK_KP_Up: -1, XK.XK_Down: 1, XK.XK_KP_Down: 1}
_DEVICE_EVENTS = {X.KeyPress, X.KeyRelease, X.ButtonPress, X.ButtonRelease}
_ENTER = {XK.XK_Return, XK.XK_KP_Enter, XK.XK_space}


class MenuWindow:
    """Open once made; `is_open` is false when another program holds the pointer, or when it has been left.

    With `holds_input=False` it is a note: any press on it closes it, and nothing is held. `own` is told of what it held
    before it goes.
    """

    def __init__(
        self,
        display: Any,
        entries: Sequence[MenuEntry],
        at: Point,
        *,
        own: OwnSurfaces,
        do: Do | None = None,
        time: int = X.CurrentTime,
        holds_input: bool = True,
    ) -> None:
        self._display, self._do, self._holds_input = display, do, holds_input
        self._own = own
        self._screen = display.screen()
        self._lettering = Lettering(display)
        whole = (self._screen.width_in_pixels, self._screen.height_in_pixels)
        area = area_of(at, monitors_of(display), whole)
        frame = 2 * BORDER
        self._rows = rows_of(entries, text_height=self._lettering.height, height_max=area.height - frame)
        width = max((self._lettering.width(row.entry.label) for row in self._rows), default=0) + 2 * PADDING
        self._size = (min(width, area.width - frame), height_of(self._rows))
        self._chosen: int | None = None
        self._is_pressed = False
        self._pixels: dict[int, int] = {}
        corner = place(at, (self._size[0] + frame, self._size[1] + frame), area)
        self.window = self._make(corner)
        self._gc = self.window.create_gc(font=self._lettering.font, graphics_exposures=False)
        self.window.map()
        self.is_open = self._hold(time) if holds_input else True
        if not self.is_open:
            self._destroy()

    def _make(self, corner: Point) -> Any:
        window = self._screen.root.create_window(
            *corner,
            *self._size,
            BORDER,
            X.CopyFromParent,
            override_redirect=True,
            save_under=True,
            background_pixel=self._pixel(_GROUND),
            border_pixel=self._pixel(_QUIET),
            event_mask=X.ExposureMask | X.ButtonPressMask,
        )
        window.set_wm_class(OWN_CLASS, OWN_CLASS.capitalize())
        return window

    def _hold(self, time: int) -> bool:
        """Without the pointer it could not be left; without the keyboard it still can."""
        answer = self.window.grab_pointer(
            False, _POINTER_EVENTS, X.GrabModeAsync, X.GrabModeAsync, X.NONE, X.NONE, time
        )
        if answer != X.GrabSuccess:
            return False
        self._own.take(time)
        self.window.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, time)
        return True

    def close(self) -> None:
        """May be called again."""
        if self.is_open:
            self.is_open = False
            if self._holds_input:
                self._own.let_go()
                self._display.ungrab_keyboard(X.CurrentTime)
                self._display.ungrab_pointer(X.CurrentTime)
            self._destroy()

    def _destroy(self) -> None:
        self._gc.free()
        self._lettering.close()
        self.window.destroy()
        self._display.flush()

    def hear(self, event: Any) -> None:
        """Only what is about its window; while it holds the pointer and the keyboard, that is everything."""
        if not self.is_open:
            return
        if self._holds_input and event.type in _DEVICE_EVENTS:
            self._own.take(event.time)
        if event.type == X.Expose and event.count == 0:
            self._draw()
        elif event.type == X.ButtonPress and not self._holds_input:
            self._own.press(event.time)
            self.close()
        elif event.type == X.ButtonPress:
            self._press(event)
        elif event.type == X.ButtonRelease:
            self._release(event)
        elif event.type == X.MotionNotify:
            self._point_at(row_at(self._rows, (event.event_x, event.event_y), width=self._size[0]))
        elif event.type == X.KeyPress:
            self._key(int(self._display.get_keyboard_mapping(event.detail, 1)[0][0]))

    def _press(self, event: Any) -> None:
        point = (event.event_x, event.event_y)
        if event.detail in _WHEEL:
            return
        if not is_inside(point, self._size):
            self.close()
        else:
            self._is_pressed = True
            self._point_at(row_at(self._rows, point, width=self._size[0]))

    def _release(self, event: Any) -> None:
        """The release of the press that opened the menu chooses nothing."""
        if self._is_pressed and event.detail not in _WHEEL:
            self._is_pressed = False
            self._choose(row_at(self._rows, (event.event_x, event.event_y), width=self._size[0]))

    def _key(self, key: int) -> None:
        if key == XK.XK_Escape:
            self.close()
        elif key in _STEPS:
            self._point_at(next_row(self._rows, self._chosen, _STEPS[key]))
        elif key in _ENTER:
            self._choose(self._chosen)

    def _choose(self, index: int | None) -> None:
        if index is None:
            return
        self.close()
        if self._do is not None:
            self._do(self._rows[index].entry.words)

    def _point_at(self, index: int | None) -> None:
        former, self._chosen = self._chosen, index
        for each in {former, index} - {None} if former != index else ():
            self._draw_row(self._rows[each or 0], is_chosen=each == index)

    def _draw(self) -> None:
        for index, row in enumerate(self._rows):
            self._draw_row(row, is_chosen=index == self._chosen)

    def _draw_row(self, row: Row, *, is_chosen: bool) -> None:
        ground, width = _CHOSEN if is_chosen else _GROUND, self._size[0]
        self._gc.change(foreground=self._pixel(ground), background=self._pixel(ground))
        self.window.fill_rectangle(self._gc, 0, row.top, width, row.height)
        if not row.entry.label:
            self._gc.change(foreground=self._pixel(_LINE))
            self.window.fill_rectangle(self._gc, PADDING, row.top + row.height // 2, width - 2 * PADDING, 1)
            return
        quiet = _QUIET if self._holds_input else _TEXT
        colour = _CHOSEN_TEXT if is_chosen else _TEXT if row.can_be_chosen else quiet
        self._gc.change(foreground=self._pixel(colour))
        line = row.top + (row.height - self._lettering.height) // 2 + self._lettering.ascent
        self.window.image_text_16(self._gc, PADDING, line, self._lettering.characters(row.entry.label))

    def _pixel(self, colour: int) -> int:
        if colour not in self._pixels:
            red, green, blue = (part * 257 for part in colour.to_bytes(3, "big"))
            self._pixels[colour] = self._screen.default_colormap.alloc_color(red, green, blue).pixel
        return self._pixels[colour]
