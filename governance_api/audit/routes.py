"""GET /audit-entries, and the verification of their chain. Services add the entries; no route does."""

from fastapi import APIRouter

from governance_api.audit.permissions import ReadsAudit
from governance_api.audit.schemas import AuditEntryAnswer, VerificationAnswer
from governance_api.audit.service import AuditTag, list_audit_entries, verify_chain
from governance_api.database import Transaction
from governance_api.edge.paging import PageAsked

router = APIRouter(prefix="/audit-entries", tags=["audit"])


@router.get("")
def list_them(
    _: ReadsAudit, transaction: Transaction, page: PageAsked, tag: AuditTag | None = None
) -> list[AuditEntryAnswer]:
    """Who did what to what, when; in order."""
    return AuditEntryAnswer.of_each(list_audit_entries(transaction, page, tag=tag))


@router.get("/verification")
def verify_them(_: ReadsAudit, transaction: Transaction) -> VerificationAnswer:
    """Recomputes the whole chain of digests and says whether it is intact."""
    return verify_chain(transaction)
