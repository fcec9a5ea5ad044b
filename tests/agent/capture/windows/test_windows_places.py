"""Whose window is at a point, on imagined Windows."""

from typing import Any

import pytest

from agent.capture.own_surfaces import Place, Spot
from agent.capture.windows.backend import GA_ROOT, WindowsBackend

STORE_FRAME, STORE_DRAWING, EDITOR = 70, 71, 80
PROCESSES = {STORE_FRAME: 7, STORE_DRAWING: 1007, EDITOR: 8}


class _User32:
    """A program of the store: the window that is drawn in is another process's than the frame around it."""

    def __init__(self, there: int) -> None:
        self._there = there

    def GetForegroundWindow(self) -> int:  # noqa: N802 - Windows' names
        return STORE_FRAME

    def WindowFromPoint(self, point: Any) -> int:  # noqa: N802
        return self._there

    def GetAncestor(self, window: int, which: int) -> int:  # noqa: N802
        assert which == GA_ROOT
        return STORE_FRAME if window == STORE_DRAWING else window

    def GetWindowThreadProcessId(self, window: int, process: Any) -> None:  # noqa: N802
        process._obj.value = PROCESSES[window]


@pytest.mark.parametrize(
    ("there", "spot"),
    [
        (STORE_DRAWING, Spot(Place.FRONT)),
        (STORE_FRAME, Spot(Place.FRONT)),
        (EDITOR, Spot(Place.ELSEWHERE, EDITOR)),
    ],
)
def test_what_a_program_of_the_store_draws_belongs_to_its_frame(there: int, spot: Spot) -> None:
    backend = WindowsBackend(lambda: 1)
    backend._user32 = _User32(there)
    assert backend._spot(3.0, 4.0) == spot
