"""Decides approvals, and opens and closes the collection windows that follow from a decision.

Lists of approvals are in `reading`.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import text, update
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
from governance_api.audit.service import AuditTag, record
from governance_api.data_requests.service import (
    MAY_FOLLOW,
    NEEDS_REASON,
    Approval,
    Decision,
    PersonStage,
    get_data_request,
)
from governance_api.database import lock_until_commit
from governance_api.people.service import get_workstation_user, is_same_person, time_zone_of
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
    approvals = [get_approval(session, approval_id) for approval_id in approval_ids]
    for approval in approvals:
        session.refresh(approval, with_for_update=True)
        _check_may_decide(session, approval, decision, by=by)
        _write(session, approval, decision, reason=reason.strip(), by=by, now=now)
    for approval in approvals:
        _record(session, approval, decision, by=by, now=now)
    return describe_approvals(session, approvals)


def end_approvals(session: Session, approval_ids: Sequence[int], *, reason: str, by: Caller, now: datetime) -> int:
    """What is approved is withdrawn, what waits is rejected, by whoever took away what it was for. How many these were.

    It waits for decisions, and they for it, as in `decide_together`.
    """
    lock_until_commit(session, "decisions")
    ended = []
    for approval in map(partial(get_approval, session), approval_ids):
        session.refresh(approval, with_for_update=True)
        follows = {Decision.APPROVED: Decision.WITHDRAWN, Decision.PENDING: Decision.REJECTED}.get(approval.decision)
        if follows is not None:
            _write(session, approval, follows, reason=reason, by=by, now=now)
            ended.append((approval, follows))
    for approval, decision in ended:
        _record(session, approval, decision, by=by, now=now)
    return len(ended)


def _check_may_decide(session: Session, approval: Approval, decision: Decision, *, by: Caller) -> None:
    person = get_workstation_user(session, approval.workstation_user_id)
    request = get_data_request(session, approval.data_request_id)
    if is_same_person(by, person):
        raise AboutYourselfError(approval.approval_id)
    if person.manager_account_id != by.account_id:
        raise NotTheManagerError(approval.approval_id)
    if decision is Decision.APPROVED and by.account_id in {request.requested_by, request.on_behalf_of}:
        raise OwnRequestError(approval.approval_id)
    present = approval.decision
    if decision not in MAY_FOLLOW[present]:
        raise DecidedAlreadyError(approval.approval_id, present, decision)


def _write(session: Session, approval: Approval, decision: Decision, *, reason: str, by: Caller, now: datetime) -> None:
    decision_seq = session.scalar(text("select nextval('governance.decision_seq')"))
    approval.decision = decision
    approval.reason = reason or None
    approval.decided_by = by.account_id
    approval.decided_at = now
    approval.decision_seq = decision_seq
    session.flush()
    if decision is Decision.APPROVED:
        _open_window(session, approval)
    if decision is Decision.WITHDRAWN:
        of_this = StoredWindow.approval_id == approval.approval_id
        session.execute(update(StoredWindow).where(of_this, StoredWindow.closed_at.is_(None)).values(closed_at=now))


def _open_window(session: Session, approval: Approval) -> None:
    """Whole days of the person's own time zone, as it is registered now and was before."""
    person = get_workstation_user(session, approval.workstation_user_id)
    request = get_data_request(session, approval.data_request_id)
    starts_at_us, ends_at_us = windows_of_dates(request.starts_on, request.ends_on, time_zone_of(session, person))
    session.add(
        StoredWindow(
            approval_id=approval.approval_id,
            workstation_user_id=approval.workstation_user_id,
            starts_at=from_microseconds(starts_at_us),
            ends_at=None if ends_at_us is None else from_microseconds(ends_at_us),
        )
    )


def _record(session: Session, approval: Approval, decision: Decision, *, by: Caller, now: datetime) -> None:
    record(
        session,
        _TAGS[decision],
        approval.approval_id,
        by=by,
        now=now,
        data_request_id=approval.data_request_id,
        workstation_user_id=approval.workstation_user_id,
        reason=approval.reason,
        decision_seq=approval.decision_seq,
    )
