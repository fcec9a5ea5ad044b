"""The decisions of an approval, which may follow which, and the stage that several add up to."""

from collections.abc import Iterable
from enum import StrEnum


class Decision(StrEnum):
    """Grammar: what the manager has said so far, as a state."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


#: decision → the decisions that may follow; a change of mind after a rejection is a new request.
MAY_FOLLOW: dict[Decision, frozenset[Decision]] = {
    Decision.PENDING: frozenset({Decision.APPROVED, Decision.REJECTED}),
    Decision.APPROVED: frozenset({Decision.WITHDRAWN}),
    Decision.REJECTED: frozenset(),
    Decision.WITHDRAWN: frozenset(),
}

#: Decisions that take something away from the one who asked, and therefore need a reason.
NEEDS_REASON = frozenset({Decision.REJECTED, Decision.WITHDRAWN})


class RequestStage(StrEnum):
    """Grammar: what a whole data request is waiting for, or has become."""

    WAITING_FOR_APPROVAL = "waiting_for_approval"
    APPROVED = "approved"
    CANCELLED = "cancelled"


def stage_of_decisions(decisions: Iterable[Decision]) -> RequestStage:
    """A request is as willing as its most reluctant approver; of none, and of a decision that is unknown, it waits."""
    found = frozenset(decisions)
    if found & NEEDS_REASON:
        return RequestStage.CANCELLED
    return RequestStage.APPROVED if found == {Decision.APPROVED} else RequestStage.WAITING_FOR_APPROVAL


class PersonStage(StrEnum):
    """Grammar: how far the approval of one person in one project is."""

    REQUIRED = "required"
    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"


def stage_of_person(decisions: Iterable[Decision]) -> PersonStage:
    """Of all approvals that concern a person and a project's dates: one approved is enough, the newest request
    waits, a no stands until somebody asks again."""
    found = frozenset(decisions)
    if Decision.APPROVED in found:
        return PersonStage.APPROVED
    if Decision.PENDING in found:
        return PersonStage.REQUESTED
    return PersonStage.REJECTED if found else PersonStage.REQUIRED
