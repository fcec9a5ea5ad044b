"""Announces an export of a project's published tables, and so puts on the record who takes them out.

`task-mining export` writes the files where the tables are; this service holds no collected data.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from governance_api.audit.service import AuditTag, record
from governance_api.projects.kinds import ExportFormat
from governance_api.projects.schemas import ExportAnswer
from governance_api.projects.service import get_project
from governance_api.security.callers import Caller


def announce_export(
    session: Session, project_id: int, tables: Sequence[str], file_format: ExportFormat, *, by: Caller, now: datetime
) -> ExportAnswer:
    """Whoever may see a project may export it. An export is a look, so the project's data is kept on."""
    project = get_project(session, project_id, by=by)
    project.last_opened_at = now
    export = ExportAnswer(
        project_id=project_id,
        tables=sorted(set(tables)),
        file_format=file_format,
        announced_by=by.account_id,
        announced_at=now,
    )
    facts = {"tables": export.tables, "file_format": file_format}
    record(session, AuditTag.PROJECT_EXPORTED, project_id, by=by, now=now, **facts)
    return export
