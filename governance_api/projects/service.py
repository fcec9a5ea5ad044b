"""Creates, finds, changes and moves projects, and decides who may see or edit one."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from domain.aliases import AnonymizationLevel
from domain.assignments.permission import ProjectTerms
from governance_api.audit.service import AuditTag, record
from governance_api.configuration.service import Group, get_value
from governance_api.edge.paging import Page
from governance_api.people.service import WorkstationUser, get_people_by_logins, list_by_ids
from governance_api.projects.errors import (
    AnonymizationTooLowError,
    DatesReversedError,
    ProjectNameTakenError,
    ProjectNotEditableError,
    ProjectNotOpenError,
    ProjectStageError,
    ProjectUnknownError,
    TaskScopeUnknownError,
)
from governance_api.projects.kinds import Permission, TaskScopeKind
from governance_api.projects.schemas import ProjectAnswer
from governance_api.projects.stages import MINEABLE_STAGES, MOVES, OPEN_STAGES, Move, Stage
from governance_api.projects.tables import (
    Project,
    ProjectClosing,
    ProjectShare,
    ProjectWorkstationUser,
    StoredTaskScope,
)
from governance_api.security.callers import Caller
from governance_api.security.roles import Role

__all__ = ["MINEABLE_STAGES", "OPEN_STAGES", "Project", "ProjectAnswer", "Stage", "get_project", "list_people"]

ALIAS_KEY_BYTES = 32


def create_project(
    session: Session, fields: dict[str, Any], logins: Sequence[str], *, by: Caller, now: datetime
) -> Project:
    """`fields` are those of the table that a person decides. Raises the errors of this noun, nothing half done."""
    project = Project(**fields, created_by=by.account_id, created_at=now, last_opened_at=now, stage=Stage.DRAFT)
    project.alias_key = secrets.token_bytes(ALIAS_KEY_BYTES)
    _check(session, project)
    session.add(project)
    session.flush()
    replace_people(session, project, logins)
    record(session, AuditTag.PROJECT_CREATED, project.project_id, by=by, now=now, **fields, logins=list(logins))
    return project


def change_project(
    session: Session,
    project_id: int,
    changes: dict[str, Any],
    logins: Sequence[str] | None,
    *,
    by: Caller,
    now: datetime,
) -> Project:
    """What may be changed at all is for `assignments` to say. A change of dates or people opens no collection window:
    that takes a new data request."""
    project = lock_editable(session, project_id, by=by)
    check_open(project)
    for name, value in changes.items():
        setattr(project, name, value)
    with session.no_autoflush:
        _check(session, project)
    if logins is not None:
        replace_people(session, project, logins)
    noted = changes if logins is None else {**changes, "logins": list(logins)}
    record(session, AuditTag.PROJECT_CHANGED, project_id, by=by, now=now, **noted)
    return project


def move_project(session: Session, project_id: int, move: Move, *, by: Caller, now: datetime) -> Project:
    project = lock_editable(session, project_id, by=by)
    former = project.stage
    sources, target = MOVES[move]
    if former not in sources:
        raise ProjectStageError(project_id, former, move)
    project.stage = target
    if target is Stage.COLLECTING and project.closed_at is not None:
        session.add(ProjectClosing(project_id=project_id, closed_at=project.closed_at, reopened_at=now))
    project.closed_at = now if target is Stage.CLOSED else None if target is Stage.COLLECTING else project.closed_at
    project.last_opened_at = now
    record(session, AuditTag.PROJECT_MOVED, project_id, by=by, now=now, stage=target, former_stage=former)
    return project


def lock_deletable(session: Session, project_id: int, *, by: Caller) -> Project | None:
    """Held until commit. None when it is deleted already and the caller may know it. Raises as `get_editable`."""
    found = lock_project(session, project_id)
    if (
        found is not None
        and found.stage is Stage.DELETED
        and (by.has(Role.ADMIN) or by.account_id in {found.created_by, found.deleted_by})
    ):
        return None
    return get_editable(session, project_id, by=by)


def delete_project(session: Session, project: Project, *, by: Caller, now: datetime, **facts: object) -> None:
    """All of it but what the audit log speaks of. The key of its aliases is lost: nobody can tell who was who."""
    former = project.stage
    project.stage, project.deleted_at, project.deleted_by = Stage.DELETED, now, by.account_id
    project.description, project.alias_key = "", secrets.token_bytes(ALIAS_KEY_BYTES)
    counts = {}
    for part in (ProjectShare, ProjectWorkstationUser, StoredTaskScope, ProjectClosing):
        gone = session.scalars(delete(part).where(part.project_id == project.project_id).returning(part.project_id))
        counts[f"{part.__tablename__}_count"] = len(gone.all())
    what = {"name": project.name, "former_stage": former, "starts_on": project.starts_on, "ends_on": project.ends_on}
    record(session, AuditTag.PROJECT_DELETED, project.project_id, by=by, now=now, **what, **counts, **facts)


def look_at_project(session: Session, project_id: int, *, by: Caller, now: datetime) -> Project:
    """Like `get_project`, on the record; the project's data is kept as long as somebody looks at it."""
    project = get_project(session, project_id, by=by)
    if not by.has(Role.PIPELINES):
        project.last_opened_at = now
        record(session, AuditTag.PROJECT_LOOKED_AT, project_id, by=by, now=now)
    return project


def get_project(session: Session, project_id: int, *, by: Caller) -> Project:
    """Raises ProjectUnknownError also for a project that the caller may not see."""
    project = session.get(Project, project_id)
    return _visible(project, project_id, find_share(session, project_id, by), by=by)


def get_editable(session: Session, project_id: int, *, by: Caller) -> Project:
    """Raises ProjectNotEditableError, and as `get_project`."""
    return list_editable(session, [project_id], by=by)[0]


def list_editable(session: Session, project_ids: Sequence[int], *, by: Caller) -> list[Project]:
    """Those of these ids. Raises as `get_editable`; as many queries for many as for one."""
    found = projects_by_id(session, project_ids)
    of_caller = (ProjectShare.project_id.in_(project_ids), ProjectShare.account_id == by.account_id)
    shares = {share.project_id: share for share in session.scalars(select(ProjectShare).where(*of_caller))}
    return [_editable(found.get(each), each, shares.get(each), by=by) for each in project_ids]


def lock_project(session: Session, project_id: int) -> Project | None:
    """Nobody else changes it until commit. Lock first, then check: it is as others left it who had it before."""
    return session.get(Project, project_id, with_for_update=True, populate_existing=True)


def lock_editable(session: Session, project_id: int, *, by: Caller) -> Project:
    """`get_editable` of a project that is locked until commit."""
    lock_project(session, project_id)
    return get_editable(session, project_id, by=by)


def find_project(session: Session, project_id: int) -> Project | None:
    """For other nouns that already know that the caller may know; also one that was deleted."""
    return session.get(Project, project_id)


def projects_by_id(session: Session, project_ids: Collection[int]) -> dict[int, Project]:
    """For other nouns that already know that the caller may know; in one query, with those that were deleted."""
    return {
        each.project_id: each for each in session.scalars(select(Project).where(Project.project_id.in_(project_ids)))
    }


def list_projects(session: Session, page: Page, *, by: Caller) -> list[Project]:
    """Those that the caller may see."""
    statement = select(Project).where(Project.stage != Stage.DELETED)
    if not _sees_all(by):
        shared = select(ProjectShare.project_id).where(ProjectShare.account_id == by.account_id)
        statement = statement.where(or_(Project.created_by == by.account_id, Project.project_id.in_(shared)))
    return list(session.scalars(page.of(statement, Project.project_id.expression)))


def check_open(project: Project) -> None:
    if project.stage not in OPEN_STAGES:
        raise ProjectNotOpenError(project.project_id, project.stage)


def list_people(session: Session, project_id: int, page: Page | None = None) -> list[WorkstationUser]:
    """The workstation users of a project; all of them without a page."""
    members = select(ProjectWorkstationUser.workstation_user_id).where(ProjectWorkstationUser.project_id == project_id)
    if page is not None:
        members = page.of(members, ProjectWorkstationUser.workstation_user_id.expression)
    return list_by_ids(session, session.scalars(members))


def replace_people(session: Session, project: Project, logins: Sequence[str]) -> None:
    wanted = {person.workstation_user_id for person in get_people_by_logins(session, logins)}
    session.execute(delete(ProjectWorkstationUser).where(ProjectWorkstationUser.project_id == project.project_id))
    session.add_all(
        ProjectWorkstationUser(project_id=project.project_id, workstation_user_id=each) for each in sorted(wanted)
    )
    session.flush()


def find_share(session: Session, project_id: int, caller: Caller) -> ProjectShare | None:
    condition = (ProjectShare.project_id == project_id, ProjectShare.account_id == caller.account_id)
    return session.scalar(select(ProjectShare).where(*condition))


def find_task_scope(session: Session, project_id: int, task_scope_id: int) -> StoredTaskScope | None:
    stored = session.get(StoredTaskScope, task_scope_id)
    return stored if stored is not None and stored.project_id == project_id else None


def remove_task_scope(session: Session, project_id: int, task_scope_id: int, *, by: Caller, now: datetime) -> None:
    check_open(lock_editable(session, project_id, by=by))
    stored = find_task_scope(session, project_id, task_scope_id)
    if stored is None:
        raise TaskScopeUnknownError(task_scope_id)
    session.delete(stored)
    record(session, AuditTag.TASK_SCOPE_REMOVED, task_scope_id, by=by, now=now, project_id=project_id, name=stored.name)


def list_tasks_to_record(session: Session, project_ids: Collection[int]) -> list[StoredTaskScope]:
    """The user-initiated task scopes of the projects."""
    of_these = StoredTaskScope.project_id.in_(project_ids)
    statement = select(StoredTaskScope).where(of_these, StoredTaskScope.kind == TaskScopeKind.USER_INITIATED)
    return list(session.scalars(statement.order_by(StoredTaskScope.task_scope_id)))


def list_collecting_from(session: Session, workstation_user_id: int) -> list[Project]:
    """The collecting projects that the person is in."""
    members = select(ProjectWorkstationUser.project_id).where(
        ProjectWorkstationUser.workstation_user_id == workstation_user_id
    )
    statement = select(Project).where(Project.project_id.in_(members), Project.stage == Stage.COLLECTING)
    return list(session.scalars(statement.order_by(Project.project_id)))


def terms_of(project: Project) -> ProjectTerms:
    """What says through which assignments the project may be mined."""
    return ProjectTerms(
        project_id=project.project_id, terms=project.terms, pools=frozenset(project.pool_data_request_ids)
    )


def _visible(project: Project | None, project_id: int, share: ProjectShare | None, *, by: Caller) -> Project:
    if project is None or project.stage is Stage.DELETED or not (_sees_all(by) or _is_own(project, by) or share):
        raise ProjectUnknownError(project_id)
    return project


def _editable(project: Project | None, project_id: int, share: ProjectShare | None, *, by: Caller) -> Project:
    seen = _visible(project, project_id, share, by=by)
    if not (by.has(Role.ADMIN) or _is_own(seen, by) or (share and share.permission is Permission.EDIT)):
        raise ProjectNotEditableError(project_id)
    return seen


def _sees_all(caller: Caller) -> bool:
    return caller.has(Role.ADMIN) or caller.has(Role.PIPELINES)


def _is_own(project: Project, caller: Caller) -> bool:
    return project.created_by == caller.account_id


def _check(session: Session, project: Project) -> None:
    if project.ends_on < project.starts_on:
        raise DatesReversedError(project.starts_on, project.ends_on)
    minimum = AnonymizationLevel(get_value(session, Group.ANONYMIZATION, "minimum_level"))
    if not project.anonymization_level.is_at_least(minimum):
        raise AnonymizationTooLowError(project.anonymization_level, minimum)
    same_name = (Project.name == project.name, Project.project_id != project.project_id, Project.stage != Stage.DELETED)
    if session.scalar(select(func.count()).where(*same_name)):
        raise ProjectNameTakenError(project.name)
