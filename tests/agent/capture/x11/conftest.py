"""After a test on a display that is gone: pynput's threads end with it, and what they leave open is collected here."""

import gc
import threading
import time
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _what_pynput_leaves_behind() -> Iterator[None]:
    """Set up before, and so torn down after, everything that has to do with the display."""
    yield
    deadline = time.monotonic() + 5
    while any(type(each).__module__.startswith("pynput") for each in threading.enumerate()):
        if time.monotonic() > deadline:
            break
        time.sleep(0.02)
    gc.collect()
