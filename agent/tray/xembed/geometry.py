"""Places a menu and its rows on the screen, and finds the row that is meant. Pure; all lengths are pixels."""

from collections.abc import Sequence

import msgspec

from agent.tray.menu import MenuEntry

BORDER, PADDING, LINE_HEIGHT = 1, 10, 9
REST = MenuEntry("There is more: see the command task-mining-agent")

Point = tuple[int, int]
Size = tuple[int, int]


class Area(msgspec.Struct, frozen=True):
    """A monitor's part of the screen."""

    x: int
    y: int
    width: int
    height: int

    def holds(self, point: Point) -> bool:
        return self.x <= point[0] < self.x + self.width and self.y <= point[1] < self.y + self.height


class Row(msgspec.Struct, frozen=True):
    """One entry of an open menu; `top` counts from the menu's own upper edge."""

    entry: MenuEntry
    top: int
    height: int

    @property
    def can_be_chosen(self) -> bool:
        return bool(self.entry.words)


def rows_of(entries: Sequence[MenuEntry], *, text_height: int, height_max: int) -> tuple[Row, ...]:
    """From top to bottom; what would stand below `height_max` is named by a last row that only tells."""
    rows: list[Row] = []
    top = PADDING // 2
    for entry in entries:
        height = text_height + PADDING if entry.label else LINE_HEIGHT
        rows.append(Row(entry, top, height))
        top += height
    if height_of(rows) > height_max:
        room = height_max - text_height - PADDING - PADDING // 2
        rows = [row for row in rows if row.top + row.height <= room]
        end = rows[-1].top + rows[-1].height if rows else PADDING // 2
        rows.append(Row(REST, end, text_height + PADDING))
    return tuple(rows)


def height_of(rows: Sequence[Row]) -> int:
    return (rows[-1].top + rows[-1].height if rows else 0) + PADDING // 2


def row_at(rows: Sequence[Row], point: Point, *, width: int) -> int | None:
    """Which row that can be chosen is under a point of the menu."""
    x, y = point
    if not 0 <= x < width:
        return None
    under = (index for index, row in enumerate(rows) if row.top <= y < row.top + row.height and row.can_be_chosen)
    return next(under, None)


def is_inside(point: Point, size: Size) -> bool:
    return 0 <= point[0] < size[0] and 0 <= point[1] < size[1]


def next_row(rows: Sequence[Row], current: int | None, step: int) -> int | None:
    """The next row down (`step` 1) or up (-1) that can be chosen, round and round."""
    choices = [index for index, row in enumerate(rows) if row.can_be_chosen]
    if not choices:
        return None
    if current not in choices:
        return choices[0 if step > 0 else -1]
    return choices[(choices.index(current) + step) % len(choices)]


def area_of(point: Point, areas: Sequence[Area], whole: Size) -> Area:
    """The monitor under a point; the whole screen where monitors are not told apart."""
    return next((area for area in areas if area.holds(point)), Area(0, 0, *whole))


def place(point: Point, size: Size, area: Area) -> Point:
    """The upper left corner of a menu opened at a point: beside it, on the side that has room, on that monitor."""

    def along(at: int, length: int, start: int, room: int) -> int:
        begin = at if at + length <= start + room else at - length
        return max(start, min(begin, start + room - length))

    return along(point[0], size[0], area.x, area.width), along(point[1], size[1], area.y, area.height)
