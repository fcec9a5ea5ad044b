"""Changes a project as far as the data requests filed for it allow: what people were asked on is frozen.

One rule: while a data request of the project is pending or approved, its terms stay. Other terms are another project
with a data request of its own.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from governance_api.assignments.errors import (
    DatesFrozenError,
    NoPoolError,
    PoolNotCoveringError,
    TaskFrozenError,
    TermsFrozenError,
)
from governance_api.data_requests.service import (
    DataRequest,
    check_visible,
    list_binding_requests,
    list_requests_by_ids,
)
from governance_api.projects.service import Project, change_project, find_task_scope, lock_editable, remove_task_scope
from governance_api.security.callers import Caller

FROZEN = ("goals", "collection_cadence", "visibility", "anonymization_level")


def change_terms(
    session: Session,
    project_id: int,
    changes: dict[str, Any],
    logins: Sequence[str] | None,
    *,
    by: Caller,
    now: datetime,
) -> Project:
    """Raises TermsFrozenError or DatesFrozenError, and PoolNotCoveringError also for a pool that was named before."""
    project = lock_editable(session, project_id, by=by)
    binding = list_binding_requests(session, project_id)
    _check_terms(project, changes, binding)
    _check_dates(project, changes, binding)
    if "pool_data_request_ids" in changes:
        changes = {**changes, "pool_data_request_ids": sorted(set(changes["pool_data_request_ids"]))}
        named_now = set(changes["pool_data_request_ids"]) - set(project.pool_data_request_ids)
        check_visible(session, named_now, by=by)
    project = change_project(session, project_id, changes, logins, by=by, now=now)
    for pool in list_requests_by_ids(session, project.pool_data_request_ids):
        if pool.project_id is not None:
            raise NoPoolError(pool.data_request_id)
        if not pool.terms.cover(project.terms):
            raise PoolNotCoveringError(pool.data_request_id, pool.terms, project.terms)
    return project


def drop_task_scope(session: Session, project_id: int, task_scope_id: int, *, by: Caller, now: datetime) -> None:
    """Not while a targeted data request binds that records it."""
    lock_editable(session, project_id, by=by)
    binding = [each for each in list_binding_requests(session, project_id) if each.is_targeted]
    scope = find_task_scope(session, project_id, task_scope_id)
    if binding and scope is not None and scope.is_recorded:
        raise TaskFrozenError(task_scope_id, [each.name for each in binding])
    remove_task_scope(session, project_id, task_scope_id, by=by, now=now)


def _check_terms(project: Project, changes: dict[str, Any], binding: Sequence[DataRequest]) -> None:
    changed = [name for name in FROZEN if name in changes and _plain(changes[name]) != _plain(getattr(project, name))]
    if changed and binding:
        raise TermsFrozenError(project.project_id, changed, [each.name for each in binding])


def _check_dates(project: Project, changes: dict[str, Any], binding: Sequence[DataRequest]) -> None:
    former = project.starts_on, project.ends_on
    wanted = changes.get("starts_on", project.starts_on), changes.get("ends_on", project.ends_on)
    left_out = [each.name for each in binding if _hold(former, each) and not _hold(wanted, each)]
    if left_out and wanted[0] <= wanted[1]:
        raise DatesFrozenError(project.project_id, left_out)


def _hold(dates: tuple[date, date], request: DataRequest) -> bool:
    return dates[0] <= request.starts_on and request.ends_on is not None and request.ends_on <= dates[1]


def _plain(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list) else value
