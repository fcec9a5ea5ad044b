"""Adds looks and downloads to the audit log, each row of Superset's log once."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from governance_api.accounts.service import callers_by_login_key
from governance_api.audit.service import AuditTag, NewEntry, record, record_each
from governance_api.dashboard_looks.errors import LogAlreadyCarriedError, LogRunsBackwardsError
from governance_api.dashboard_looks.schemas import DashboardLook, DashboardLooks
from governance_api.dashboard_looks.tables import CarriedLog
from governance_api.security.callers import Caller
from governance_api.security.logins import login_key

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
    callers = callers_by_login_key(session, {look.login for look in report.looks})
    record_each(session, [_entry_of(look, callers) for look in report.looks], now=now)
    return carried.up_to


def _entry_of(look: DashboardLook, callers: Mapping[str, Caller]) -> NewEntry:
    return NewEntry(
        tag=AuditTag.DASHBOARD_DOWNLOADED if look.is_download else AuditTag.DASHBOARD_LOOKED_AT,
        noun_id=look.dashboard,
        by=callers.get(login_key(look.login)),
        facts=look.model_dump(mode="json", exclude={"is_download", "dashboard"}),
    )
