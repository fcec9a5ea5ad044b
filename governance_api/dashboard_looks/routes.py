"""/dashboard-looks: Superset tells who looked at what, and asks how far it has told."""

from fastapi import APIRouter

from governance_api.clock import Now
from governance_api.dashboard_looks.permissions import ReportsLooks
from governance_api.dashboard_looks.schemas import CarriedLogAnswer, DashboardLooks
from governance_api.dashboard_looks.service import carried_up_to, report_looks
from governance_api.database import Transaction

router = APIRouter(prefix="/dashboard-looks", tags=["dashboard looks"])


@router.get("")
def read_position(_: ReportsLooks, transaction: Transaction) -> CarriedLogAnswer:
    return CarriedLogAnswer(up_to=carried_up_to(transaction))


@router.post("")
def report(body: DashboardLooks, caller: ReportsLooks, transaction: Transaction, now: Now) -> CarriedLogAnswer:
    """Adds an audit entry for each, and remembers how far the log was carried, in one transaction."""
    return CarriedLogAnswer(up_to=report_looks(transaction, body, by=caller, now=now))
