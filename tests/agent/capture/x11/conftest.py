"""After a test on a display that is gone: what was left open is collected here, and told of the test that left it."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _nothing_is_left_open() -> Iterator[None]:
    """Set up before, and so torn down after, everything that has to do with the display."""
    yield
    gc.collect()
