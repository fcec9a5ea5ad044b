"""A session's clock carries on when the wall clock is set back, and the sleep of the machine is measured."""

import pytest

from agent.clocks import SECOND, Instant, SessionClock, slept_us


class _Hands:
    def __init__(self) -> None:
        self.wall, self.boot = 1_700_000_000 * SECOND, 100 * SECOND

    def now(self) -> Instant:
        return Instant(self.wall, self.boot, self.boot, "boot")

    def passes(self, seconds: int, *, wall_seconds: int | None = None) -> None:
        self.boot += seconds * SECOND
        self.wall += (seconds if wall_seconds is None else wall_seconds) * SECOND


def test_a_clock_set_back_by_an_hour_does_not_reorder_what_happens() -> None:
    hands = _Hands()
    clock = SessionClock(hands.now)
    before = clock.now_us()
    hands.passes(10, wall_seconds=-3600)
    assert clock.now_us() == before + 10 * SECOND
    assert len(clock.steps) == 1
    hands.passes(5)
    assert clock.now_us() == before + 15 * SECOND
    assert len(clock.steps) == 1


@pytest.mark.parametrize("wrong_seconds", [16, 600, 86_400])
def test_a_clock_that_is_wrong_for_a_while_leaves_the_stamps_even(wrong_seconds: int) -> None:
    """Forward and back again: what comes after must not be dated ahead for the rest of the session."""
    hands = _Hands()
    clock = SessionClock(hands.now)
    before = clock.now_us()
    hands.passes(10, wall_seconds=10 + wrong_seconds)
    assert clock.now_us() == before + 10 * SECOND
    assert clock.wall_ahead_us() == wrong_seconds * SECOND
    hands.passes(10, wall_seconds=10 - wrong_seconds)
    assert clock.now_us() == before + 20 * SECOND
    assert clock.wall_ahead_us() == 0
    assert clock.steps == [wrong_seconds * SECOND, -wrong_seconds * SECOND]


def test_sleep_is_what_the_boot_clock_counted_and_the_awake_clock_did_not() -> None:
    before = Instant(0, 0, 0, "boot")
    assert slept_us(before, Instant(0, 100 * SECOND, 40 * SECOND, "boot")) == 60 * SECOND
    assert slept_us(before, Instant(0, 100 * SECOND, 40 * SECOND, "other boot")) == 0
