"""A display with somebody who looks at it. What a test has left open is collected after it, and told of that test."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agent.capture.x11.eye import Eye
from tests.fakes.desktop import Desktop, desktop


@pytest.fixture(autouse=True)
def _nothing_is_left_open() -> Iterator[None]:
    """Set up before, and so torn down after, everything that has to do with the display.

    What was there before is not looked through: that takes longer than most tests.
    """
    gc.freeze()
    yield
    gc.collect()
    gc.unfreeze()


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Desktop]:
    with desktop(tmp_path) as found:
        yield found


@pytest.fixture
def eye(screen: Desktop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Eye]:
    eye = Eye(screen, monkeypatch)
    yield eye
    eye.backend.stop()
