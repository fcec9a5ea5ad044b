"""Decides whether anything may be recorded now. Closed unless every condition for being open is known to hold.

It never changes anything. Add a reason for being closed here, and its sentence in `control.wording`.
"""

from enum import StrEnum

import msgspec

from domain.activity_states import ActivityState
from domain.event_kinds import UNCLASSIFIED, EventKind, definition_of

DAY_US = 86_400_000_000
POLICY_TRUSTED_US = 14 * DAY_US
"""A policy that the server has not confirmed for so long is no longer followed."""


class GateReason(StrEnum):
    """Why the gate is closed: the thing that is missing, or the state that forbids."""

    SIGNED_OFF = "signed_off"
    UNCONFIRMED = "unconfirmed"
    NO_POLICY = "no_policy"
    POLICY_STALE = "policy_stale"
    OUTSIDE_COLLECTION_WINDOW = "outside_collection_window"
    NO_CONSENT = "no_consent"
    NO_OPEN_TASK = "no_open_task"
    PRIVATE_MODE = "private_mode"
    LOCKED = "locked"
    NO_SESSION = "no_session"
    NOTHING_SEEN = "nothing_seen"
    GATE_FAILED = "gate_failed"


class Permit(msgspec.Struct, frozen=True):
    """One stretch of an assignment as the agent sees it: [starts_at_us, ends_at_us), open-ended when None.

    `tasks`: the folded names of the only tasks whose recording it allows; None where it allows all the time.
    """

    approval_id: int
    starts_at_us: int
    ends_at_us: int | None
    is_consented: bool
    tasks: frozenset[str] | None = None

    def holds_at(self, at_us: int) -> bool:
        return self.starts_at_us <= at_us and (self.ends_at_us is None or at_us < self.ends_at_us)

    def is_for(self, open_task: str | None, *, started_us: int) -> bool:
        """Whether it allows anything while this task is recorded, or none. A recording ends with the stretch in which
        it was started: what is opened again later is not recorded before the person starts anew."""
        return self.tasks is None or (open_task in self.tasks and self.holds_at(started_us))


def moved(permit: Permit, *, by_us: int) -> Permit:
    """In the time of another clock."""
    if not by_us:
        return permit
    ends_at_us = None if permit.ends_at_us is None else permit.ends_at_us + by_us
    return msgspec.structs.replace(permit, starts_at_us=permit.starts_at_us + by_us, ends_at_us=ends_at_us)


class Situation(msgspec.Struct, frozen=True):
    """All that the gate looks at. The empty situation is closed."""

    permits: tuple[Permit, ...] | None = None
    policy_confirmed_us: int = 0
    is_private: bool = False
    is_locked: bool = False
    open_task: str | None = None
    """The folded name of the task that the person records."""
    task_started_us: int = 0
    is_signed_in: bool = False
    sees_windows: bool = True
    refused_because: GateReason | None = None
    """What the service said of this agent itself, whatever policy it gave before."""


def observation_closed_because(situation: Situation, *, at_us: int) -> GateReason | None:
    """Why this person may not be observed at all at that moment, or None: policy, window, consent, task."""
    if situation.refused_because is not None:
        return situation.refused_because
    if situation.permits is None:
        return GateReason.NO_POLICY
    if not situation.is_signed_in:
        return GateReason.NO_SESSION
    if at_us - situation.policy_confirmed_us > POLICY_TRUSTED_US:
        return GateReason.POLICY_STALE
    reason = _no_permit_because([permit for permit in situation.permits if permit.holds_at(at_us)], situation)
    if reason is None and not situation.sees_windows:  # what is left to see would read as work in no window
        return GateReason.NOTHING_SEEN
    return reason


def _no_permit_because(current: list[Permit], situation: Situation) -> GateReason | None:
    if not current:
        return GateReason.OUTSIDE_COLLECTION_WINDOW
    consented = [permit for permit in current if permit.is_consented]
    if not consented:
        return GateReason.NO_CONSENT
    if any(permit.is_for(situation.open_task, started_us=situation.task_started_us) for permit in consented):
        return None
    return GateReason.NO_OPEN_TASK


def closed_because(situation: Situation, *, at_us: int, kind: EventKind) -> GateReason | None:
    """Why an event of this kind may not be recorded, or None when it may. Any doubt closes the gate."""
    try:
        reason = observation_closed_because(situation, at_us=at_us)
        if reason is not None:
            return reason
        if definition_of(kind) is UNCLASSIFIED:  # nobody has said yet what may become of it
            return GateReason.GATE_FAILED
        for is_so, state, closed in (
            (situation.is_private, ActivityState.PRIVATE, GateReason.PRIVATE_MODE),
            (situation.is_locked, ActivityState.LOCKED, GateReason.LOCKED),
        ):
            if is_so and state not in definition_of(kind).passes_while:
                return closed
    except (TypeError, ValueError, AttributeError, ArithmeticError):
        return GateReason.GATE_FAILED
    return None
