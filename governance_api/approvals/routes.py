"""/approvals: what waits for a manager, and deciding it; and how far the approvals of a project's people are."""

from fastapi import APIRouter

from governance_api.approvals.permissions import DecidesApprovals, FollowsApprovals
from governance_api.approvals.schemas import ApprovalAnswer, ProjectPersonAnswer, Reasoned
from governance_api.approvals.service import Decision, decide, list_for_manager, list_project_people
from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.edge.paging import PageAsked
from governance_api.projects.service import get_project

router = APIRouter(tags=["approvals"])


@router.get("/approvals")
def list_them(
    caller: DecidesApprovals, transaction: Transaction, page: PageAsked, decision: Decision | None = None
) -> list[ApprovalAnswer]:
    """Approvals about the caller's reports; `decision=pending` are those that wait."""
    return list_for_manager(transaction, caller, page, decisions=None if decision is None else (decision,))


@router.get("/projects/{project_id}/workstation-users")
def list_people_of_project(
    project_id: int, caller: FollowsApprovals, transaction: Transaction, page: PageAsked
) -> list[ProjectPersonAnswer]:
    """Everybody in the project, and how far their approval is."""
    return list_project_people(transaction, get_project(transaction, project_id, by=caller), page)


@router.post("/approvals/{approval_id}/approve")
def approve(approval_id: int, caller: DecidesApprovals, transaction: Transaction, now: Now) -> ApprovalAnswer:
    """Opens the collection window; nothing is collected before the person consents."""
    return decide(transaction, approval_id, Decision.APPROVED, by=caller, now=now)


@router.post("/approvals/{approval_id}/reject")
def reject(
    approval_id: int, body: Reasoned, caller: DecidesApprovals, transaction: Transaction, now: Now
) -> ApprovalAnswer:
    return decide(transaction, approval_id, Decision.REJECTED, reason=body.reason, by=caller, now=now)


@router.post("/approvals/{approval_id}/withdraw")
def withdraw(
    approval_id: int, body: Reasoned, caller: DecidesApprovals, transaction: Transaction, now: Now
) -> ApprovalAnswer:
    """Ends the collection; what was collected under this approval alone will be deleted."""
    return decide(transaction, approval_id, Decision.WITHDRAWN, reason=body.reason, by=caller, now=now)
