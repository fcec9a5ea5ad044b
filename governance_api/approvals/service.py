"""Decides approvals, and opens and closes the collection windows that follow from a decision.

Lists of approvals are in `reading`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from domain.dates.collection_windows import windows_of_dates
from domain.event_batches import from_microseconds
from governance_api.approvals.errors import (
    AboutYourselfError,
    ApprovalUnknownError,
    DecidedAlreadyError,
    NotTheManagerError,
    OwnRequestError,
    ReasonMissingError,
)
from governance_api.approvals.reading import (
    approvals_to_mine_by,
    describe_approvals,
    list_for_manager,
    list_pending_of_request,
    list_project_people,
    list_requests_for_manager,
)
from governance_api.approvals.schemas import ApprovalAnswer, ProjectPersonAnswer
from governance_api.approvals.tables import StoredWindow
from governance_api.audit.service import AuditTag, NewEntry, record_each
from governance_api.data_requests.service import (
    MAY_FOLLOW,
    NEEDS_REASON,
    Approval,
    DataRequest,
    Decision,
    PersonStage,
    list_requests_by_ids,
)
from governance_api.database import lock_until_commit
from governance_api.people.service import WorkstationUser, is_same_person, list_by_ids, time_zones_of
from governance_api.security.callers import Caller

__all__ = [
    "Approval",
    "ApprovalAnswer",
    "Decision",
    "PersonStage",
    "ProjectPersonAnswer",
    "approvals_to_mine_by",
    "decide",
    "decide_together",
    "end_approvals",
    "get_approval",
    "list_for_manager",
    "list_pending_of_request",
    "list_project_people",
    "list_requests_for_manager",
]

_TAGS = {
    Decision.APPROVED: AuditTag.APPROVAL_APPROVED,
    Decision.REJECTED: AuditTag.APPROVAL_REJECTED,
    Decision.WITHDRAWN: AuditTag.APPROVAL_WITHDRAWN,
}


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """An approval with whom it is about and what was asked."""

    approval: Approval
    person: WorkstationUser
    request: DataRequest


def get_approval(session: Session, approval_id: int) -> Approval:
    approval = session.get(Approval, approval_id)
    if approval is None:
        raise ApprovalUnknownError(approval_id)
    return approval


def decide(
    session: Session, approval_id: int, decision: Decision, *, reason: str = "", by: Caller, now: datetime
) -> ApprovalAnswer:
    """One decision of the person's present manager."""
    return decide_together(session, [approval_id], decision, reason=reason, by=by, now=now)[0]


def decide_together(
    session: Session, approval_ids: Sequence[int], decision: Decision, *, reason: str = "", by: Caller, now: datetime
) -> list[ApprovalAnswer]:
    """Decides all of them or, when one is refused, none.

    Decisions wait for each other, so that `decision_seq` grows in the order of the commits: whoever follows it by
    its highest number misses none.
    """
    if decision in NEEDS_REASON and not reason.strip():
        raise ReasonMissingError(decision)
    lock_until_commit(session, "decisions")
    asked = _asked(session, approval_ids)
    for each in asked:
        _check_may_decide(each, decision, by=by)
    _write(session, asked, decision, reason=reason.strip(), by=by, now=now)
    return describe_approvals(session, [each.approval for each in asked])


def end_approvals(session: Session, approval_ids: Sequence[int], *, reason: str, by: Caller, now: datetime) -> int:
    """What is approved is withdrawn, what waits is rejected, by whoever took away what it was for. How many these were.

    It waits for decisions, and they for it, as in `decide_together`.
    """
    lock_until_commit(session, "decisions")
    asked = _asked(session, approval_ids)
    ended = 0
    for present, follows in ((Decision.APPROVED, Decision.WITHDRAWN), (Decision.PENDING, Decision.REJECTED)):
        concerned = [each for each in asked if each.approval.decision is present]
        _write(session, concerned, follows, reason=reason, by=by, now=now)
        ended += len(concerned)
    return ended


def _write(
    session: Session, asked: Sequence[_Asked], decision: Decision, *, reason: str, by: Caller, now: datetime
) -> None:
    """Decides them all, on the record, with the windows that follow; as many queries for many as for one."""
    if not asked:
        return
    numbers = session.scalars(
        text("select nextval('governance.decision_seq') from generate_series(1, :count)"), {"count": len(asked)}
    )
    for each, decision_seq in zip(asked, numbers, strict=True):
        each.approval.decision = decision
        each.approval.reason = reason or None
        each.approval.decided_by = by.account_id
        each.approval.decided_at = now
        each.approval.decision_seq = decision_seq
    session.flush()
    if decision is Decision.APPROVED:
        _open_windows(session, asked)
    if decision is Decision.WITHDRAWN:
        of_these = StoredWindow.approval_id.in_([each.approval.approval_id for each in asked])
        session.execute(update(StoredWindow).where(of_these, StoredWindow.closed_at.is_(None)).values(closed_at=now))
    tag = _TAGS[decision]
    decided = [each.approval for each in asked]
    added = [NewEntry(tag=tag, noun_id=each.approval_id, by=by, facts=_facts(each)) for each in decided]
    record_each(session, added, now=now)


def _asked(session: Session, approval_ids: Sequence[int]) -> list[_Asked]:
    """Each held until commit, as it stands now; as many queries for many as for one."""
    of_these = select(Approval).where(Approval.approval_id.in_(approval_ids)).order_by(Approval.approval_id)
    held = session.scalars(of_these.with_for_update(), execution_options={"populate_existing": True}).all()
    approval_of = {each.approval_id: each for each in held}
    person_of = {
        each.workstation_user_id: each for each in list_by_ids(session, {each.workstation_user_id for each in held})
    }
    requests = list_requests_by_ids(session, {each.data_request_id for each in held})
    request_of = {each.data_request_id: each for each in requests}
    for approval_id in approval_ids:
        if approval_id not in approval_of:
            raise ApprovalUnknownError(approval_id)
    return [
        _Asked(approval=each, person=person_of[each.workstation_user_id], request=request_of[each.data_request_id])
        for each in map(approval_of.__getitem__, dict.fromkeys(approval_ids))
    ]


def _check_may_decide(asked: _Asked, decision: Decision, *, by: Caller) -> None:
    approval, person, request = asked.approval, asked.person, asked.request
    if is_same_person(by, person):
        raise AboutYourselfError(approval.approval_id)
    if person.manager_account_id != by.account_id:
        raise NotTheManagerError(approval.approval_id)
    if decision is Decision.APPROVED and by.account_id in {request.requested_by, request.on_behalf_of}:
        raise OwnRequestError(approval.approval_id)
    present = approval.decision
    if decision not in MAY_FOLLOW.get(present, frozenset()):
        raise DecidedAlreadyError(approval.approval_id, present, decision)


def _open_windows(session: Session, asked: Sequence[_Asked]) -> None:
    """Whole days of each person's own time zone, as it is registered now and was before."""
    time_zones = time_zones_of(session, [each.person for each in asked])
    for each in asked:
        time_zone = time_zones[each.person.workstation_user_id]
        starts_at_us, ends_at_us = windows_of_dates(each.request.starts_on, each.request.ends_on, time_zone)
        session.add(
            StoredWindow(
                approval_id=each.approval.approval_id,
                workstation_user_id=each.person.workstation_user_id,
                starts_at=from_microseconds(starts_at_us),
                ends_at=None if ends_at_us is None else from_microseconds(ends_at_us),
            )
        )


def _facts(approval: Approval) -> dict[str, Any]:
    names = ("data_request_id", "workstation_user_id", "reason", "decision_seq")
    return {name: getattr(approval, name) for name in names}
