"""Says when idle time starts and ends, from looks at how long ago the last input was."""

import msgspec

from domain.event_kinds import EventKind


class IdleState(msgspec.Struct, frozen=True):
    """`last_input_us` is the last moment somebody was known to be there (by input, or by being in a call)."""

    last_input_us: int
    is_idle: bool = False


class IdleStep(msgspec.Struct, frozen=True):
    """The state after a look, what happened (kind, when) if anything, and when to look again."""

    state: IdleState
    transition: tuple[EventKind, int] | None
    look_again_at_us: int


LOOK_WHILE_IDLE_US = 1_000_000


def look(
    state: IdleState, *, now_us: int, idle_us: int, threshold_us: int, in_call_us: int | None, not_before_us: int
) -> IdleStep:
    """One look. Idle start is back-dated to the last input, but never before `not_before_us`.

    `not_before_us` is the latest event after which the person was known to be there (unlock, end of private mode).
    `idle_us` comes from the desktop; `in_call_us`, the latest moment of a call, counts as being there.
    """
    seen_us = max(state.last_input_us, now_us - max(0, idle_us), in_call_us or 0)
    absent_us = now_us - seen_us
    if state.is_idle:
        if absent_us >= threshold_us or seen_us <= state.last_input_us:
            return IdleStep(state, None, now_us + LOOK_WHILE_IDLE_US)
        back = IdleState(seen_us)
        return IdleStep(back, (EventKind.IDLE_ENDED, seen_us), seen_us + threshold_us)
    if absent_us < threshold_us:
        return IdleStep(IdleState(seen_us), None, seen_us + threshold_us)
    started_us = max(seen_us, not_before_us)
    return IdleStep(IdleState(seen_us, is_idle=True), (EventKind.IDLE_STARTED, started_us), now_us + LOOK_WHILE_IDLE_US)
