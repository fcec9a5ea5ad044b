"""Adds looks and downloads to the audit log, each row of Superset's log once."""

from datetime import datetime

from sqlalchemy.orm import Session

from governance_api.accounts.service import find_account, find_caller
from governance_api.audit.service import AuditTag, record
from governance_api.dashboard_looks.errors import LogAlreadyCarriedError, LogRunsBackwardsError
from governance_api.dashboard_looks.schemas import DashboardLook, DashboardLooks
from governance_api.dashboard_looks.tables import CarriedLog
from governance_api.security.callers import Caller

SOURCE = "superset"


def carried_up_to(session: Session) -> int:
    return session.get_one(CarriedLog, SOURCE).up_to


def report_looks(session: Session, report: DashboardLooks, *, by: Caller, now: datetime) -> int:
    """Raises LogAlreadyCarriedError for a report that was taken already, also by another process meanwhile."""
    carried = session.get_one(CarriedLog, SOURCE, with_for_update=True)
    if carried.up_to != report.after:
        raise LogAlreadyCarriedError(report.after, carried.up_to)
    if report.up_to < report.after and not report.is_restarted:
        raise LogRunsBackwardsError(report.after, report.up_to)
    carried.up_to = report.up_to
    if report.is_restarted:
        facts = {"carried_up_to": report.after, "begins_with_up_to": report.up_to}
        record(session, AuditTag.DASHBOARD_LOG_RESTARTED, SOURCE, by=by, now=now, **facts)
    for look in report.looks:
        _record(session, look, now=now)
    return carried.up_to


def _record(session: Session, look: DashboardLook, *, now: datetime) -> None:
    account = find_account(session, look.login) if look.login else None
    who = find_caller(session, account.account_id) if account else None
    tag = AuditTag.DASHBOARD_DOWNLOADED if look.is_download else AuditTag.DASHBOARD_LOOKED_AT
    facts = look.model_dump(mode="json", exclude={"is_download", "dashboard"})
    record(session, tag, look.dashboard, by=who, now=now, **facts)
