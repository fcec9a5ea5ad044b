"""Decides and audits what people do in Dagster, which knows no accounts itself: no entry, no launch.

Add a member to `RunAction`, with its tag, when something else in Dagster is to have an entry of its own kind.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from governance_api.audit.service import AuditTag, record
from governance_api.mining_jobs.permissions import REQUESTERS
from governance_api.projects.service import list_editable
from governance_api.security.callers import Caller
from governance_api.security.permissions import check_roles
from governance_api.security.roles import Role


class RunAction(StrEnum):
    """Grammar: what somebody does. `change` is everything that is neither a launch nor its end; `failure` says of one
    of the others, by its subject, that it was tried and not done."""

    LAUNCH = "launch"
    TERMINATE = "terminate"
    CHANGE = "change"
    FAILURE = "failure"


TAGS = {
    RunAction.LAUNCH: AuditTag.RUN_LAUNCHED,
    RunAction.TERMINATE: AuditTag.RUN_TERMINATED,
    RunAction.CHANGE: AuditTag.PIPELINES_CHANGED,
    RunAction.FAILURE: AuditTag.RUN_ACTION_FAILED,
}


def record_run_action(
    session: Session,
    action: RunAction,
    subject: str,
    *,
    project_ids: Sequence[int],
    facts: dict[str, Any],
    by: Caller,
    now: datetime,
) -> None:
    """Launching and ending runs of a project is for whoever may have it mined; all else is for admins."""
    is_for_analysts = action is RunAction.FAILURE or (action is not RunAction.CHANGE and project_ids)
    check_roles(by, REQUESTERS if is_for_analysts else (Role.ADMIN,))
    about = list(dict.fromkeys(project_ids))
    list_editable(session, about, by=by)
    record(session, TAGS[action], subject, by=by, now=now, project_ids=about, facts=facts)
