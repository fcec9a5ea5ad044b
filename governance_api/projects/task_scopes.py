"""Adds and lists task scopes: what counts as the tasks of a project. `service` removes one."""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import DomainError
from domain.tasks.audit_trails import parse_audit_trail
from domain.tasks.task_scopes import AutomatedTaskScope, CsvSource, TaskScope, parse_task_scope
from governance_api.audit.service import AuditTag, record
from governance_api.edge.paging import Page
from governance_api.projects.errors import AuditTrailMissingError, TaskScopeNameTakenError
from governance_api.projects.service import check_open, lock_editable
from governance_api.projects.tables import StoredTaskScope
from governance_api.security.callers import Caller


def create_task_scope(
    session: Session,
    project_id: int,
    fields: dict[str, Any],
    *,
    audit_trails: Path | None,
    by: Caller,
    now: datetime,
) -> StoredTaskScope:
    """`fields` in the form of the domain, `audit_trails` the folder of the files that they may name.

    Raises DomainError naming the field, or the line of the audit trail, that is wrong.
    """
    check_open(lock_editable(session, project_id, by=by))
    scope = parse_task_scope(fields)
    if audit_trails is not None:
        _check_audit_trail(scope, audit_trails)
    condition = (StoredTaskScope.project_id == project_id, StoredTaskScope.name == scope.name)
    if session.scalar(select(StoredTaskScope).where(*condition)):
        raise TaskScopeNameTakenError(scope.name)
    stored = StoredTaskScope(project_id=project_id, **msgspec.to_builtins(scope))
    session.add(stored)
    session.flush()
    record(session, AuditTag.TASK_SCOPE_CREATED, stored.task_scope_id, by=by, now=now, project_id=project_id, **fields)
    return stored


def list_task_scopes(session: Session, project_id: int, page: Page) -> list[StoredTaskScope]:
    statement = select(StoredTaskScope).where(StoredTaskScope.project_id == project_id)
    return list(session.scalars(page.of(statement, StoredTaskScope.task_scope_id.expression)))


def _check_audit_trail(scope: TaskScope, folder: Path) -> None:
    """Reads the header and the first row; a table is read later, with the account of the pipelines."""
    if not isinstance(scope, AutomatedTaskScope) or not isinstance(scope.source, CsvSource):
        return
    name = scope.source.file
    try:
        with (folder / name).open(newline="", encoding="utf-8") as lines:
            next(parse_audit_trail(lines, name=name), None)
    except UnicodeDecodeError as error:
        raise DomainError(f"The audit trail {name} is not UTF-8 (byte {error.start}): export it as UTF-8.") from error
    except OSError as error:
        raise AuditTrailMissingError(name) from error
