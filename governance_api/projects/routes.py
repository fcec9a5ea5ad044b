"""/projects: their stages, task scopes, shares and exports. Changing one is a matter of its terms: `assignments`."""

from fastapi import APIRouter, Request, status

from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.edge.paging import PageAsked
from governance_api.projects.exports import announce_export
from governance_api.projects.permissions import EditsProjects, ExportsProjects, ListsProjects, ReadsProjects
from governance_api.projects.schemas import (
    ExportAnnouncement,
    ExportAnswer,
    ProjectAnswer,
    ProjectCreation,
    ShareAnswer,
    ShareCreation,
    TaskScopeAnswer,
    TaskScopeCreation,
)
from governance_api.projects.service import (
    create_project,
    get_project,
    list_projects,
    look_at_project,
    move_project,
)
from governance_api.projects.shares import list_shares, share_project, unshare_project
from governance_api.projects.stages import Move
from governance_api.projects.task_scopes import create_task_scope, list_task_scopes
from governance_api.settings import Settings

router = APIRouter(prefix="/projects", tags=["projects"])
PEOPLE = "workstation_user_logins"


@router.post("", status_code=status.HTTP_201_CREATED)
def create(body: ProjectCreation, caller: EditsProjects, transaction: Transaction, now: Now) -> ProjectAnswer:
    """Creates a draft. Nothing is collected before a data request was approved."""
    fields = body.model_dump(exclude={PEOPLE})
    return ProjectAnswer.of(create_project(transaction, fields, body.workstation_user_logins, by=caller, now=now))


@router.get("")
def list_them(caller: ListsProjects, transaction: Transaction, page: PageAsked) -> list[ProjectAnswer]:
    """Own projects and those shared with the caller; an admin sees all."""
    return ProjectAnswer.of_each(list_projects(transaction, page, by=caller))


@router.get("/{project_id}")
def read(project_id: int, caller: ReadsProjects, transaction: Transaction, now: Now) -> ProjectAnswer:
    """The look is noted in the audit log."""
    return ProjectAnswer.of(look_at_project(transaction, project_id, by=caller, now=now))


@router.post("/{project_id}/open")
def open_it(project_id: int, caller: EditsProjects, transaction: Transaction, now: Now) -> ProjectAnswer:
    """A draft begins to collect, as far as requests are approved."""
    return ProjectAnswer.of(move_project(transaction, project_id, Move.OPEN, by=caller, now=now))


@router.post("/{project_id}/close")
def close_it(project_id: int, caller: EditsProjects, transaction: Transaction, now: Now) -> ProjectAnswer:
    """Collecting for it ends at once; the project's data lives as long as retention says."""
    return ProjectAnswer.of(move_project(transaction, project_id, Move.CLOSE, by=caller, now=now))


@router.post("/{project_id}/archive")
def archive_it(project_id: int, caller: EditsProjects, transaction: Transaction, now: Now) -> ProjectAnswer:
    return ProjectAnswer.of(move_project(transaction, project_id, Move.ARCHIVE, by=caller, now=now))


@router.post("/{project_id}/reopen")
def reopen_it(project_id: int, caller: EditsProjects, transaction: Transaction, now: Now) -> ProjectAnswer:
    """A closed or archived project collects again."""
    return ProjectAnswer.of(move_project(transaction, project_id, Move.REOPEN, by=caller, now=now))


@router.post("/{project_id}/task-scopes", status_code=status.HTTP_201_CREATED)
def create_scope(
    *,
    request: Request,
    project_id: int,
    body: TaskScopeCreation,
    caller: EditsProjects,
    transaction: Transaction,
    now: Now,
) -> TaskScopeAnswer:
    """Adds what counts as a task of this project."""
    fields = body.model_dump(exclude_none=True, mode="json")
    settings: Settings = request.app.state.settings
    audit_trails = settings.audit_trails
    scope = create_task_scope(transaction, project_id, fields, audit_trails=audit_trails, by=caller, now=now)
    return TaskScopeAnswer.of(scope)


@router.get("/{project_id}/task-scopes")
def list_scopes(
    project_id: int, caller: ReadsProjects, transaction: Transaction, page: PageAsked
) -> list[TaskScopeAnswer]:
    return TaskScopeAnswer.of_each(
        list_task_scopes(transaction, get_project(transaction, project_id, by=caller).project_id, page)
    )


@router.post("/{project_id}/shares", status_code=status.HTTP_201_CREATED)
def share(
    project_id: int, body: ShareCreation, caller: EditsProjects, transaction: Transaction, now: Now
) -> ShareAnswer:
    """Shares the project with an account; again with another permission replaces it."""
    return share_project(transaction, project_id, login=body.login, permission=body.permission, by=caller, now=now)


@router.get("/{project_id}/shares")
def list_its_shares(
    project_id: int, caller: ReadsProjects, transaction: Transaction, page: PageAsked
) -> list[ShareAnswer]:
    return list_shares(transaction, get_project(transaction, project_id, by=caller).project_id, page)


@router.delete("/{project_id}/shares/{account_id}", status_code=status.HTTP_204_NO_CONTENT)
def unshare(project_id: int, account_id: int, caller: EditsProjects, transaction: Transaction, now: Now) -> None:
    unshare_project(transaction, project_id, account_id, by=caller, now=now)


@router.post("/{project_id}/exports", status_code=status.HTTP_201_CREATED)
def export(
    project_id: int, body: ExportAnnouncement, caller: ExportsProjects, transaction: Transaction, now: Now
) -> ExportAnswer:
    """Notes in the audit log who takes which published tables out, before they do. Nothing is sent from here."""
    return announce_export(transaction, project_id, body.tables, body.file_format, by=caller, now=now)
