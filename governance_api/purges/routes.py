"""/purges: reports of what the pipelines deleted, and reading them."""

from fastapi import APIRouter, status

from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.edge.paging import PageAsked
from governance_api.purges.permissions import ReadsPurges, ReportsPurges
from governance_api.purges.schemas import PurgeAnswer, PurgeCreation
from governance_api.purges.service import list_purges, report_purge

router = APIRouter(prefix="/purges", tags=["purges"])


@router.post("", status_code=status.HTTP_201_CREATED)
def report(body: PurgeCreation, caller: ReportsPurges, transaction: Transaction, now: Now) -> PurgeAnswer:
    """Keeps the proof of a purge: counts per table."""
    return PurgeAnswer.of(report_purge(transaction, body.report, by=caller, now=now))


@router.get("")
def list_them(_: ReadsPurges, transaction: Transaction, page: PageAsked) -> list[PurgeAnswer]:
    return PurgeAnswer.of_each(list_purges(transaction, page))
