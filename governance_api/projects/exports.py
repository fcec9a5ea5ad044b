"""Exports of a project's published tables: announced here by who takes them out, and thereby on the record.

Files are written where the tables are, by `task-mining export`; this service holds no collected data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from governance_api.audit.service import AuditTag, record
from governance_api.projects.service import get_project
from governance_api.security.callers import Caller


@dataclass(frozen=True, kw_only=True)
class Export:
    """An announced export; its audit entry is all that is stored of it."""

    project_id: int
    tables: tuple[str, ...]
    file_format: str
    announced_by: int
    announced_at: datetime


def announce_export(
    session: Session, project_id: int, tables: Sequence[str], file_format: str, *, by: Caller, now: datetime
) -> Export:
    """Whoever may see a project may export it. An export is a look, so the project's data is kept on."""
    project = get_project(session, project_id, by=by)
    project.last_opened_at = now
    export = Export(
        project_id=project_id,
        tables=tuple(sorted(set(tables))),
        file_format=file_format,
        announced_by=by.account_id,
        announced_at=now,
    )
    facts = {"tables": export.tables, "file_format": file_format}
    record(session, AuditTag.PROJECT_EXPORTED, project_id, by=by, now=now, **facts)
    return export
