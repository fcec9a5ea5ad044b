"""Deletes a project with its assignments: nothing may be collected for it from then on, nor kept because of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from governance_api.approvals.service import end_approvals
from governance_api.data_requests.service import list_approvals_of_project
from governance_api.projects.service import delete_project, lock_deletable
from governance_api.security.callers import Caller

REASON = "The project was deleted."


def delete_with_assignments(session: Session, project_id: int, *, by: Caller, now: datetime) -> None:
    """Asked again, it does nothing more. Raises ProjectUnknownError, ProjectNotEditableError."""
    project = lock_deletable(session, project_id, by=by)
    if project is None:
        return
    approval_ids = list_approvals_of_project(session, project_id)
    ended = end_approvals(session, approval_ids, reason=REASON, by=by, now=now)
    delete_project(session, project, by=by, now=now, ended_approval_count=ended)
