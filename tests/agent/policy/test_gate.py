"""The gate is closed unless everything that must hold is known to hold."""

from typing import TypeVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.policy.gate import POLICY_TRUSTED_US, GateReason, Permit, Situation, closed_because
from domain.activity_states import ActivityState
from domain.event_kinds import DEFINITIONS, EventKind

T = TypeVar("T", Situation, Permit)

NOW = 1_700_000_000_000_000
PERMIT = Permit(approval_id=1, starts_at_us=NOW - 10, ends_at_us=NOW + 10, is_consented=True)
OPEN = Situation(permits=(PERMIT,), policy_confirmed_us=NOW, is_signed_in=True)


def _replace(held: T, **changes: object) -> T:
    return msgspec.structs.replace(held, **changes)


def test_the_empty_situation_is_closed() -> None:
    assert closed_because(Situation(), at_us=NOW, kind=EventKind.CLICKED) is GateReason.NO_POLICY


def test_it_opens_inside_a_consented_collection_window() -> None:
    assert closed_because(OPEN, at_us=NOW, kind=EventKind.CLICKED) is None


@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        (_replace(OPEN, permits=()), GateReason.OUTSIDE_COLLECTION_WINDOW),
        (_replace(OPEN, permits=(_replace(PERMIT, ends_at_us=NOW),)), GateReason.OUTSIDE_COLLECTION_WINDOW),
        (_replace(OPEN, permits=(_replace(PERMIT, starts_at_us=NOW + 1),)), GateReason.OUTSIDE_COLLECTION_WINDOW),
        (_replace(OPEN, permits=(_replace(PERMIT, is_consented=False),)), GateReason.NO_CONSENT),
        (_replace(OPEN, permits=(_replace(PERMIT, tasks=frozenset({"refund"})),)), GateReason.NO_OPEN_TASK),
        (_replace(OPEN, policy_confirmed_us=NOW - POLICY_TRUSTED_US - 1), GateReason.POLICY_STALE),
        (_replace(OPEN, is_private=True), GateReason.PRIVATE_MODE),
        (_replace(OPEN, is_locked=True), GateReason.LOCKED),
        (_replace(OPEN, is_signed_in=False), GateReason.NO_SESSION),
        (_replace(OPEN, permits=("not a permit",)), GateReason.GATE_FAILED),
    ],
)
def test_each_missing_condition_closes_it_and_is_named(situation: Situation, reason: GateReason) -> None:
    assert closed_because(situation, at_us=NOW, kind=EventKind.CLICKED) is reason


def test_a_targeted_stretch_is_open_while_one_of_its_own_tasks_is() -> None:
    targeted = _replace(PERMIT, tasks=frozenset({"refund"}))
    recording = _replace(OPEN, permits=(targeted,), open_task="refund", task_started_us=NOW - 5)
    assert closed_because(recording, at_us=NOW, kind=EventKind.CLICKED) is None
    other = _replace(recording, open_task="complaint")
    assert closed_because(other, at_us=NOW, kind=EventKind.CLICKED) is GateReason.NO_OPEN_TASK
    before = _replace(recording, task_started_us=NOW - 11)  # in a stretch that has ended since
    assert closed_because(before, at_us=NOW, kind=EventKind.CLICKED) is GateReason.NO_OPEN_TASK


def test_what_is_not_consented_to_does_not_make_a_targeted_stretch_continuous() -> None:
    targeted = _replace(PERMIT, tasks=frozenset({"refund"}))
    declined = _replace(PERMIT, approval_id=2, is_consented=False)
    situation = _replace(OPEN, permits=(targeted, declined))
    assert closed_because(situation, at_us=NOW, kind=EventKind.CLICKED) is GateReason.NO_OPEN_TASK


@given(st.sampled_from(EventKind))
def test_of_private_mode_only_start_and_end_are_recorded(kind: EventKind) -> None:
    passes = closed_because(_replace(OPEN, is_private=True), at_us=NOW, kind=kind) is None
    assert passes == (
        kind
        in {
            EventKind.PRIVATE_STARTED,
            EventKind.PRIVATE_ENDED,
            EventKind.SESSION_STARTED,
            EventKind.SESSION_ENDED,
            EventKind.TASK_STOPPED,
        }
    )


@given(st.sampled_from(EventKind), st.booleans(), st.booleans(), st.integers(NOW - 100, NOW + 100))
def test_nothing_at_all_passes_without_consent(kind: EventKind, private: bool, locked: bool, at_us: int) -> None:
    refused = _replace(OPEN, permits=(_replace(PERMIT, is_consented=False),), is_private=private, is_locked=locked)
    assert closed_because(refused, at_us=at_us, kind=kind) is not None


@pytest.mark.parametrize("kind", EventKind)
def test_what_passes_a_closed_gate_is_what_the_table_says(kind: EventKind) -> None:
    for state, change in ((ActivityState.PRIVATE, "is_private"), (ActivityState.LOCKED, "is_locked")):
        passes = closed_because(_replace(OPEN, **{change: True}), at_us=NOW, kind=kind) is None
        assert passes is (state in DEFINITIONS[kind].passes_while)
