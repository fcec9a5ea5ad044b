"""What Windows' numbers mean; decided without Windows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.capture.observations import LockSeen, SleepSeen
from agent.capture.windows import rules


@given(st.integers(0, 2**32 - 1), st.integers(0, 40 * 86_400_000))
def test_idle_time_survives_the_wrap_around_of_the_tick_count(tick_of_last_input: int, idle_ms: int) -> None:
    now = (tick_of_last_input + idle_ms) & 0xFFFFFFFF
    assert rules.idle_us(now, tick_of_last_input) == idle_ms * 1000


@pytest.mark.parametrize(
    ("code", "is_locked"), [(7, True), (8, False), (2, True), (4, True), (1, None), (3, None), (5, None), (99, None)]
)
def test_session_changes(code: int, is_locked: bool | None) -> None:
    assert rules.session_change(code, at_us=5) == (None if is_locked is None else LockSeen(5, is_locked))


@pytest.mark.parametrize(("code", "is_asleep"), [(4, True), (7, False), (18, False), (10, None)])
def test_power_changes(code: int, is_asleep: bool | None) -> None:
    assert rules.power_change(code, at_us=5) == (None if is_asleep is None else SleepSeen(5, is_asleep))


@pytest.mark.parametrize(
    ("event", "window", "object_id", "child_id", "is_about"),
    [
        (rules.EVENT_SYSTEM_FOREGROUND, 1, 0, 0, True),
        (rules.EVENT_OBJECT_NAMECHANGE, 7, 0, 0, True),
        (rules.EVENT_OBJECT_NAMECHANGE, 8, 0, 0, False),
        (rules.EVENT_OBJECT_NAMECHANGE, 7, -4, 0, False),
        (rules.EVENT_OBJECT_NAMECHANGE, 7, 0, 3, False),
        (0x8000, 7, 0, 0, False),
    ],
)
def test_only_the_active_windows_own_changes_count(
    event: int, window: int, object_id: int, child_id: int, is_about: bool
) -> None:
    found = rules.is_about_active_window(event, window=window, foreground=7, object_id=object_id, child_id=child_id)
    assert found is is_about


def test_a_hook_that_hears_nothing_while_input_goes_on_is_dead() -> None:
    assert rules.is_hook_dead(last_input_us=100_000_000, last_heard_us=1)
    assert not rules.is_hook_dead(last_input_us=100_000_000, last_heard_us=99_000_000)
