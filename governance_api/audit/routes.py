"""GET /audit-entries, and the verification of the log. Services add the entries; no route does."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from governance_api.audit.anchors.keeper import AnchorKeeper
from governance_api.audit.disclosure import tell_anchors, tell_entries
from governance_api.audit.permissions import ReadsAudit
from governance_api.audit.schemas import AnchorsAnswer, AuditEntryAnswer, KeptAnchors, VerificationAnswer
from governance_api.audit.service import AuditTag, list_audit_entries
from governance_api.audit.verification import verifying
from governance_api.database import Transaction
from governance_api.edge.paging import PageAsked
from governance_api.edge.slices import finish_in_slices

router = APIRouter(prefix="/audit-entries", tags=["audit"])


def _keeper(request: Request) -> AnchorKeeper | None:
    keeper: AnchorKeeper | None = request.app.state.anchor_keeper
    return keeper


Keeper = Annotated[AnchorKeeper | None, Depends(_keeper)]


@router.get("")
def list_them(
    _: ReadsAudit, transaction: Transaction, page: PageAsked, tag: AuditTag | None = None
) -> list[AuditEntryAnswer]:
    """Who did what to what, when; in order. That a consent was answered is told, not how: digests that would give away
    what an earlier release noted are left empty, and verified here only."""
    return tell_entries(transaction, list_audit_entries(transaction, page, tag=tag))


@router.get("/anchors")
def list_anchors(_: ReadsAudit, transaction: Transaction, keeper: Keeper) -> AnchorsAnswer:
    """Where the log ended, hour by hour, signed: keep a copy where nobody of this server can change it."""
    if keeper is None:
        return AnchorsAnswer(public_key="", lines=[], withheld_count=0)
    lines = keeper.folder.lines()
    told = tell_anchors(transaction, lines)
    return AnchorsAnswer(public_key=keeper.folder.public_key_pem(), lines=told, withheld_count=len(lines) - len(told))


@router.get("/verification")
async def verify_them(request: Request, _: ReadsAudit, transaction: Transaction, keeper: Keeper) -> VerificationAnswer:
    """Recomputes the whole chain of digests, compares it with the anchors, and says what is missing since when. Ends
    when the client leaves."""
    return await finish_in_slices(verifying(transaction, keeper), request)


@router.post("/verification")
async def verify_with_kept(
    body: KeptAnchors, request: Request, _: ReadsAudit, transaction: Transaction, keeper: Keeper
) -> VerificationAnswer:
    """The same with anchors that somebody kept elsewhere instead of those in the service's own folder."""
    return await finish_in_slices(verifying(transaction, keeper, kept=body.lines), request)
