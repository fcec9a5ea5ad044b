"""What is heard late is stamped with when it was done, by a clock of 32 bits that starts anew."""

from types import SimpleNamespace

import pytest

from agent.capture.x11 import server_time
from agent.capture.x11.server_time import HEARD_LATE_MAX_MS, done_us

NOW_US = 1_790_000_000_000_000


@pytest.mark.parametrize(
    ("clock_ms", "at_ms", "late_ms"),
    [
        (900_000, 900_000, 0),
        (900_000, 899_250, 750),
        (900_000, 900_000 - HEARD_LATE_MAX_MS, HEARD_LATE_MAX_MS),
        (2**32 + 200, 2**32 - 300, 500),  # the server counts on from 0
        (5 * 2**32 + 200, 100, 100),
    ],
)
def test_an_event_is_as_old_as_the_two_clocks_say(
    monkeypatch: pytest.MonkeyPatch, clock_ms: int, at_ms: int, late_ms: int
) -> None:
    monkeypatch.setattr(server_time, "time", SimpleNamespace(monotonic_ns=lambda: clock_ms * 1_000_000 + 999_999))
    assert done_us(at_ms, now_us=NOW_US) == NOW_US - late_ms * 1000


@pytest.mark.parametrize("at_ms", [0, 900_001, 900_000 - HEARD_LATE_MAX_MS - 1])
def test_a_clock_that_is_not_this_machines_says_nothing(monkeypatch: pytest.MonkeyPatch, at_ms: int) -> None:
    """A display elsewhere, or no time at all."""
    monkeypatch.setattr(server_time, "time", SimpleNamespace(monotonic_ns=lambda: 900_000 * 1_000_000))
    assert done_us(at_ms, now_us=NOW_US) == NOW_US
