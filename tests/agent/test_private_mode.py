"""Private mode ends when it was said to end: neither a restart nor a wall clock moves its deadline."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from agent.clocks import Instant
from agent.private_mode import MINUTE_US, MINUTES_MAX, begin, extend, remaining_us

START = Instant(1_700_000_000_000_000, 5_000_000, 5_000_000, "boot-a")


def _later(instant: Instant, minutes: float, *, wall_minutes: float | None = None) -> Instant:
    return msgspec.structs.replace(
        instant,
        boot_us=instant.boot_us + int(minutes * MINUTE_US),
        wall_us=instant.wall_us + int((minutes if wall_minutes is None else wall_minutes) * MINUTE_US),
    )


def test_it_counts_down_on_the_boot_clock() -> None:
    mode = begin(START, minutes=30)
    assert remaining_us(mode, _later(START, 29)) == MINUTE_US
    assert remaining_us(mode, _later(START, 31)) == 0


@given(st.floats(-600, 600))
def test_a_wall_clock_that_is_set_changes_nothing(wall_minutes: float) -> None:
    mode = begin(START, minutes=30)
    assert remaining_us(mode, _later(START, 10, wall_minutes=wall_minutes)) == 20 * MINUTE_US


def test_it_survives_a_restart_of_the_agent() -> None:
    mode = msgspec.json.decode(msgspec.json.encode(begin(START, minutes=30)), type=type(begin(START, minutes=1)))
    assert remaining_us(mode, _later(START, 20)) == 10 * MINUTE_US


@given(st.floats(-600, 600))
def test_a_reboot_never_makes_it_longer_than_it_was_granted(wall_minutes: float) -> None:
    mode = begin(START, minutes=30)
    rebooted = msgspec.structs.replace(_later(START, 0, wall_minutes=wall_minutes), boot_id="boot-b", boot_us=1)
    left = remaining_us(mode, rebooted)
    assert left is not None
    assert 0 <= left <= 30 * MINUTE_US


def test_an_extension_adds_to_what_is_left_and_has_a_ceiling() -> None:
    mode = extend(begin(START, minutes=30), _later(START, 20), minutes=15)
    assert remaining_us(mode, _later(START, 20)) == 25 * MINUTE_US
    assert remaining_us(extend(mode, START, minutes=10**6), START) == MINUTES_MAX * MINUTE_US


def test_without_timeout_it_lasts_until_it_is_ended() -> None:
    assert remaining_us(begin(START, minutes=None), _later(START, 10**6)) is None
