"""Finds whose window is at a point of the screen: the one in front, something of the agent's own, or another."""

from collections.abc import Iterator
from typing import Any

from Xlib.error import XError

from agent.capture.own_surfaces import OwnSurfaces, Place, Spot
from agent.capture.x11.properties import PropertyReader

DEPTH_MAX = 12


class Pointer:
    """Of one thread and one display connection."""

    def __init__(self, display: Any, own: OwnSurfaces) -> None:
        self._display, self._own = display, own
        self._root = display.screen().root
        self._of_one_client = display.display.info.resource_id_mask
        self._reader = PropertyReader(display)

    def spot(self, x: int, y: int, *, front: int) -> Spot:
        """`front`: the number of the window in front, 0 for none."""
        try:
            return self._spot(x, y, front)
        except XError:  # a window that vanishes meanwhile was hardly the one that is worked in
            return Spot(Place.ELSEWHERE)

    def _spot(self, x: int, y: int, front: int) -> Spot:
        found: list[Any] = []
        for window in self._windows_at(x, y):
            # Menus and lists that a program opens are windows of their own, made over the same connection.
            if front and window.id | self._of_one_client == front | self._of_one_client:
                return Spot(Place.FRONT)
            found.append(window)
        if any(self._own.is_own(*self._reader.owner(window)) for window in reversed(found)):
            return Spot(Place.OWN)
        if front and found and found[0].id == self._top_of(front):
            return Spot(Place.FRONT)
        managed = (int(window.id) for window in found if self._reader.is_managed(window))
        return Spot(Place.ELSEWHERE, next(managed, 0))

    def _windows_at(self, x: int, y: int) -> Iterator[Any]:
        """From the outermost to the innermost one that is seen there."""
        window = self._root
        for _ in range(DEPTH_MAX):
            window = window.translate_coords(self._root, x, y).child
            if not window:
                return
            yield window

    def _top_of(self, number: int) -> int:
        """The frame in which a window manager has put it: what is beside the window itself belongs to it."""
        window = self._display.create_resource_object("window", number)
        for _ in range(DEPTH_MAX):
            parent = window.query_tree().parent
            if not parent or parent.id == self._root.id:
                break
            window = parent
        return int(window.id)
