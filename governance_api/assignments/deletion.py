"""Deletes a project with its assignments: nothing may be collected for it from then on, nor kept because of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from governance_api.approvals.service import end_approvals
from governance_api.assignments.collaborators import DeletionCollaborators
from governance_api.data_requests.service import list_approvals_of_project
from governance_api.projects.service import delete_project, lock_deletable
from governance_api.security.callers import Caller

REASON = "The project was deleted."
JOBS_REASON = "The project was deleted: there is nothing to mine any more."


def delete_with_assignments(
    session: Session, project_id: int, *, others: DeletionCollaborators, by: Caller, now: datetime
) -> None:
    """Its mining jobs end, too. Asked again, nothing more is done. Raises as `lock_deletable`."""
    project = lock_deletable(session, project_id, by=by)
    if project is None:
        return
    # whoever moves a job holds it and then waits for the audit log, which is held from the first approval on
    others.lock_mining_jobs(session, project_id)
    approval_ids = list_approvals_of_project(session, project_id)
    ended = end_approvals(session, approval_ids, reason=REASON, by=by, now=now)
    others.end_mining_jobs(session, project_id, reason=JOBS_REASON, by=by, now=now)
    delete_project(session, project, by=by, now=now, ended_approval_count=ended)
