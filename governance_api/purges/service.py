"""Keeps the reports of purges."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance_api.audit.service import AuditTag, record
from governance_api.edge.paging import Page
from governance_api.purges.tables import Purge
from governance_api.security.callers import Caller


def report_purge(session: Session, report: dict[str, Any], *, by: Caller, now: datetime) -> Purge:
    purge = Purge(report=report, reported_by=by.account_id, reported_at=now)
    session.add(purge)
    session.flush()
    record(session, AuditTag.PURGE_REPORTED, purge.purge_id, by=by, now=now, report=report)
    return purge


def list_purges(session: Session, page: Page) -> list[Purge]:
    return list(session.scalars(page.of(select(Purge), Purge.purge_id.expression)))
