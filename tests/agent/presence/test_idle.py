"""Idle time starts at the last input, ends at the next one, and a call is not idle time."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from agent.presence.idle import IdleState, IdleStep, look
from domain.event_kinds import EventKind

SECOND = 1_000_000
THRESHOLD = 180 * SECOND


def _look(state: IdleState, now: int, idle: int, *, in_call_us: int | None = None, not_before: int = 0) -> IdleStep:
    return look(
        state,
        now_us=now,
        idle_us=idle,
        threshold_us=THRESHOLD,
        in_call_us=in_call_us,
        not_before_us=not_before,
    )


def test_nothing_happens_below_the_threshold_and_the_next_look_is_when_it_could() -> None:
    step = _look(IdleState(0), 100 * SECOND, 40 * SECOND)
    assert step.transition is None
    assert step.look_again_at_us == 60 * SECOND + THRESHOLD


def test_idle_start_is_back_dated_to_the_last_input() -> None:
    step = _look(IdleState(0), 300 * SECOND, 200 * SECOND)
    assert step.transition == (EventKind.IDLE_STARTED, 100 * SECOND)


def test_idle_start_is_not_before_the_unlock_that_showed_somebody_there() -> None:
    step = _look(IdleState(0), 300 * SECOND, 200 * SECOND, not_before=150 * SECOND)
    assert step.transition == (EventKind.IDLE_STARTED, 150 * SECOND)


def test_idle_ends_at_the_first_input_seen() -> None:
    idle = IdleState(100 * SECOND, is_idle=True)
    assert _look(idle, 400 * SECOND, 300 * SECOND).transition is None
    assert _look(idle, 401 * SECOND, SECOND // 2).transition == (EventKind.IDLE_ENDED, 401 * SECOND - SECOND // 2)


def test_a_call_is_not_idle_time_and_idle_counts_from_its_end() -> None:
    in_call = _look(IdleState(0), 1000 * SECOND, 1000 * SECOND, in_call_us=1000 * SECOND)
    assert in_call.transition is None
    after = _look(in_call.state, 1170 * SECOND, 1170 * SECOND)
    assert after.transition is None
    assert _look(after.state, 1181 * SECOND, 1181 * SECOND).transition == (EventKind.IDLE_STARTED, 1000 * SECOND)


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(0, 400), st.booleans()), max_size=40))
def test_starts_and_ends_alternate_and_never_run_backwards(looks: list[tuple[int, int, bool]]) -> None:
    state, now, seen = IdleState(0), 0, []
    for passed, idle, in_call in looks:
        now += passed * SECOND
        step = _look(state, now, min(idle * SECOND, now), in_call_us=now if in_call else None)
        state = step.state
        assert step.look_again_at_us > now - THRESHOLD
        if step.transition:
            seen.append(step.transition)
    kinds = [kind for kind, _ in seen]
    assert all(former is not latter for former, latter in itertools.pairwise(kinds))
    assert [at for _, at in seen] == sorted(at for _, at in seen)
