"""/approvals: what waits for a manager, and deciding it.

The same decisions are made on the pages, through the same service.
"""

from fastapi import APIRouter

from governance_api.approvals.permissions import DecidesApprovals
from governance_api.approvals.schemas import ApprovalAnswer, Reasoned
from governance_api.approvals.service import Decision, decide, list_for_manager
from governance_api.clock import Now
from governance_api.database import Transaction

router = APIRouter(prefix="/approvals", tags=["approvals"])


@router.get("", response_model=list[ApprovalAnswer])
def list_them(caller: DecidesApprovals, transaction: Transaction, decision: Decision | None = None) -> object:
    """Approvals about the caller's reports; `decision=pending` are those that wait."""
    return list_for_manager(transaction, caller, decisions=None if decision is None else (decision,))


@router.post("/{approval_id}/approve", response_model=ApprovalAnswer)
def approve(approval_id: int, caller: DecidesApprovals, transaction: Transaction, now: Now) -> object:
    """Opens the collection window; nothing is collected before the person consents."""
    return decide(transaction, approval_id, Decision.APPROVED, by=caller, now=now)


@router.post("/{approval_id}/reject", response_model=ApprovalAnswer)
def reject(approval_id: int, body: Reasoned, caller: DecidesApprovals, transaction: Transaction, now: Now) -> object:
    return decide(transaction, approval_id, Decision.REJECTED, reason=body.reason, by=caller, now=now)


@router.post("/{approval_id}/withdraw", response_model=ApprovalAnswer)
def withdraw(approval_id: int, body: Reasoned, caller: DecidesApprovals, transaction: Transaction, now: Now) -> object:
    """Ends the collection; what was collected under this approval alone will be deleted."""
    return decide(transaction, approval_id, Decision.WITHDRAWN, reason=body.reason, by=caller, now=now)
