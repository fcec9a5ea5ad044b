"""POST /agent/losses, POST /losses of the pipelines, and GET /losses."""

from fastapi import APIRouter

from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.losses.permissions import ReadsLosses, ReportsLosses, SetsEventsAside
from governance_api.losses.schemas import KeyedLossReport, LossReport, LossReportAnswer, LossTotalAnswer
from governance_api.losses.service import list_totals, report_losses, report_set_aside

router = APIRouter(tags=["losses"])


@router.post("/agent/losses")
def report(body: LossReport, agent: ReportsLosses, transaction: Transaction, now: Now) -> LossReportAnswer:
    """What will never arrive, and why."""
    losses = [loss.model_dump() for loss in body.losses]
    count = report_losses(transaction, losses, report_key=body.report_key, by=agent, now=now)
    return LossReportAnswer(recorded_count=count)


@router.post("/losses")
def report_what_was_set_aside(
    body: KeyedLossReport, _: SetsEventsAside, transaction: Transaction, now: Now
) -> LossReportAnswer:
    """What the pipelines could not work on and go on without; it lies in the lake, in `quarantine`."""
    losses = [loss.model_dump() for loss in body.losses]
    return LossReportAnswer(recorded_count=report_set_aside(transaction, losses, report_key=body.report_key, now=now))


@router.get("/losses")
def list_them(_: ReadsLosses, transaction: Transaction) -> list[LossTotalAnswer]:
    """Totals by reason and by who reported them."""
    return list_totals(transaction)
