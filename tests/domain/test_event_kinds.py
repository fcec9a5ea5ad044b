"""The table of event kinds: complete, with the codes of every release, and careful about what it does not know."""

import pytest

from domain.activity_states import ActivityState
from domain.event_kinds import (
    CODE_BY_KIND,
    DEFINITIONS,
    ENDS_OBSERVATION,
    KIND_BY_CODE,
    STATE_AFTER,
    UNCLASSIFIED,
    EventKind,
)

#: In the order of their codes. Append a new kind; never move one.
KINDS_OF_EVERY_RELEASE = [
    *("window_focused", "clicked", "typed", "copied", "cut", "pasted", "scrolled", "element_changed", "submitted"),
    *("idle_started", "idle_ended", "locked", "unlocked", "private_started", "private_ended"),
    *("session_started", "session_ended", "slept", "woke", "task_started", "task_stopped"),
]


def test_codes_of_event_kinds_are_those_of_every_release() -> None:
    assert [str(kind) for kind in KIND_BY_CODE] == KINDS_OF_EVERY_RELEASE
    assert sorted(CODE_BY_KIND.values()) == list(range(len(KINDS_OF_EVERY_RELEASE)))


def test_every_event_kind_is_classified() -> None:
    assert set(DEFINITIONS) == set(EventKind)


def test_every_event_kind_sets_the_state_keeps_it_or_ends_observation() -> None:
    neutral = {EventKind.WINDOW_FOCUSED, EventKind.TASK_STARTED, EventKind.TASK_STOPPED}
    sorts = [set(STATE_AFTER), neutral, set(ENDS_OBSERVATION)]
    assert set.union(*sorts) == set(EventKind)
    assert sum(map(len, sorts)) == len(EventKind)


def test_a_kind_without_a_row_passes_nothing_and_is_not_kept() -> None:
    assert (UNCLASSIFIED.passes_while, UNCLASSIFIED.is_kept_of_excluded) == ((), False)
    assert UNCLASSIFIED.state_after is None


@pytest.mark.parametrize("kind", EventKind)
def test_of_an_excluded_context_no_input_is_kept(kind: EventKind) -> None:
    assert DEFINITIONS[kind].is_kept_of_excluded is not DEFINITIONS[kind].is_input


@pytest.mark.parametrize("state", [state for state in ActivityState if state is not ActivityState.ACTIVE])
def test_every_state_has_a_kind_that_opens_it_and_one_that_ends_it(state: ActivityState) -> None:
    assert [kind for kind, row in DEFINITIONS.items() if row.opens is state]
    assert [kind for kind, row in DEFINITIONS.items() if row.ends is state]


@pytest.mark.parametrize("kind", EventKind)
def test_an_event_that_passes_in_private_says_only_that_a_state_or_a_task_ended(kind: EventKind) -> None:
    row = DEFINITIONS[kind]
    if ActivityState.PRIVATE in row.passes_while:
        assert not row.is_input
        assert row.changes_presence or row.ends is ActivityState.PRIVATE or kind is EventKind.TASK_STOPPED
