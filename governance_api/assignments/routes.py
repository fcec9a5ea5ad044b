"""PATCH /projects/{id} and what else of a project is bound by the terms that people were asked on."""

from fastapi import APIRouter, status

from governance_api.assignments.collaborators import Collaborators
from governance_api.assignments.deletion import delete_with_assignments
from governance_api.assignments.permissions import ChangesProjects
from governance_api.assignments.schemas import ProjectChange
from governance_api.assignments.terms import change_terms, drop_task_scope
from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.projects.service import ProjectAnswer

router = APIRouter(prefix="/projects", tags=["projects"])
PEOPLE = "workstation_user_logins"


@router.patch("/{project_id}")
def change(
    project_id: int, body: ProjectChange, caller: ChangesProjects, transaction: Transaction, now: Now
) -> ProjectAnswer:
    """Changes what is given. What pending and approved data requests were filed with stays: other terms, dates or
    people need a new data request. From whoever leaves the project nothing more is collected for it."""
    changes = body.model_dump(exclude={PEOPLE}, exclude_none=True)
    return ProjectAnswer.of(
        change_terms(transaction, project_id, changes, body.workstation_user_logins, by=caller, now=now)
    )


@router.delete("/{project_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete(project_id: int, caller: ChangesProjects, transaction: Transaction, now: Now, others: Collaborators) -> None:
    """Deletes a project for good. Nothing more is collected for it, at once; what was mined of it, and events that no
    other assignment allows, are removed by the pipelines. Its name is free again. Repeating it changes nothing."""
    delete_with_assignments(transaction, project_id, others=others, by=caller, now=now)


@router.delete("/{project_id}/task-scopes/{task_scope_id}", status_code=status.HTTP_204_NO_CONTENT)
def remove_scope(
    project_id: int, task_scope_id: int, caller: ChangesProjects, transaction: Transaction, now: Now
) -> None:
    drop_task_scope(transaction, project_id, task_scope_id, by=caller, now=now)
