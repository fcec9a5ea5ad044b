"""A session's clock carries on when the wall clock is set back, and the sleep of the machine is measured."""

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


def test_a_clock_that_is_corrected_forward_is_followed() -> None:
    hands = _Hands()
    clock = SessionClock(hands.now)
    before = clock.now_us()
    hands.passes(10, wall_seconds=610)
    assert clock.now_us() == before + 610 * SECOND


def test_sleep_is_what_the_boot_clock_counted_and_the_awake_clock_did_not() -> None:
    before = Instant(0, 0, 0, "boot")
    assert slept_us(before, Instant(0, 100 * SECOND, 40 * SECOND, "boot")) == 60 * SECOND
    assert slept_us(before, Instant(0, 100 * SECOND, 40 * SECOND, "other boot")) == 0
