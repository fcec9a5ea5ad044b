"""POST /agent/losses and GET /losses."""

from fastapi import APIRouter

from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.losses.permissions import ReadsLosses, ReportsLosses
from governance_api.losses.schemas import LossReport, LossReportAnswer, LossTotalAnswer
from governance_api.losses.service import list_totals, report_losses

router = APIRouter(tags=["losses"])


@router.post("/agent/losses")
def report(body: LossReport, agent: ReportsLosses, transaction: Transaction, now: Now) -> LossReportAnswer:
    """What will never arrive, and why."""
    losses = [loss.model_dump() for loss in body.losses]
    count = report_losses(transaction, losses, report_key=body.report_key, by=agent, now=now)
    return LossReportAnswer(recorded_count=count)


@router.get("/losses")
def list_them(_: ReadsLosses, transaction: Transaction) -> list[LossTotalAnswer]:
    """Totals by reason and by who reported them."""
    return list_totals(transaction)
