"""/purges: reporting what was deleted, and reading the reports.

Nothing is deleted from here.
"""

from fastapi import APIRouter, status

from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.edge.paging import PageAsked
from governance_api.purges.permissions import ReadsPurges, ReportsPurges
from governance_api.purges.schemas import PurgeAnswer, PurgeCreation
from governance_api.purges.service import list_purges, report_purge

router = APIRouter(prefix="/purges", tags=["purges"])


@router.post("", response_model=PurgeAnswer, status_code=status.HTTP_201_CREATED)
def report(body: PurgeCreation, caller: ReportsPurges, transaction: Transaction, now: Now) -> object:
    """Keeps the proof of a purge: counts per table."""
    return report_purge(transaction, body.report, by=caller, now=now)


@router.get("", response_model=list[PurgeAnswer])
def list_them(_: ReadsPurges, transaction: Transaction, page: PageAsked) -> object:
    return list_purges(transaction, page)
