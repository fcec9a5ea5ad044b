"""Private mode ends when it was said to end: neither a restart nor a wall clock moves its deadline."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from agent.clocks import Instant
from agent.presence.private_mode import SECOND_US, SECONDS_MAX, begin, ends_soon_us, extend, remaining_us

MINUTE_US = 60 * SECOND_US
START = Instant(1_700_000_000_000_000, 5_000_000, 5_000_000, "boot-a")


def _later(instant: Instant, minutes: float, *, wall_minutes: float | None = None) -> Instant:
    return msgspec.structs.replace(
        instant,
        boot_us=instant.boot_us + int(minutes * MINUTE_US),
        wall_us=instant.wall_us + int((minutes if wall_minutes is None else wall_minutes) * MINUTE_US),
    )


def test_it_counts_down_on_the_boot_clock() -> None:
    mode = begin(START, seconds=1800)
    assert remaining_us(mode, _later(START, 29)) == MINUTE_US
    assert remaining_us(mode, _later(START, 31)) == 0


@given(st.floats(-600, 600))
def test_a_wall_clock_that_is_set_changes_nothing(wall_minutes: float) -> None:
    mode = begin(START, seconds=1800)
    assert remaining_us(mode, _later(START, 10, wall_minutes=wall_minutes)) == 20 * MINUTE_US


def test_it_survives_a_restart_of_the_agent() -> None:
    mode = msgspec.json.decode(msgspec.json.encode(begin(START, seconds=1800)), type=type(begin(START, seconds=60)))
    assert remaining_us(mode, _later(START, 20)) == 10 * MINUTE_US


@given(st.floats(-600, 600))
def test_a_reboot_never_makes_it_longer_than_it_was_granted(wall_minutes: float) -> None:
    mode = begin(START, seconds=1800)
    rebooted = msgspec.structs.replace(_later(START, 0, wall_minutes=wall_minutes), boot_id="boot-b", boot_us=1)
    left = remaining_us(mode, rebooted)
    assert left is not None
    assert 0 <= left <= 30 * MINUTE_US


def test_an_extension_adds_to_what_is_left_and_has_a_ceiling() -> None:
    mode = extend(begin(START, seconds=1800), _later(START, 20), seconds=900)
    assert remaining_us(mode, _later(START, 20)) == 25 * MINUTE_US
    assert remaining_us(extend(mode, START, seconds=10**8), START) == SECONDS_MAX * SECOND_US


def test_without_timeout_it_lasts_until_it_is_ended() -> None:
    assert remaining_us(begin(START, seconds=None), _later(START, 10**6)) is None


def test_that_it_ends_is_said_while_there_is_time_to_extend_it() -> None:
    mode = begin(START, seconds=1800)
    assert ends_soon_us(mode, START) == 28 * MINUTE_US
    assert ends_soon_us(mode, _later(START, 28)) == 0
    assert ends_soon_us(extend(mode, _later(START, 28), seconds=600), _later(START, 28)) == 10 * MINUTE_US
    assert ends_soon_us(begin(START, seconds=60), START) == 40 * SECOND_US
    assert ends_soon_us(begin(START, seconds=None), START) is None
