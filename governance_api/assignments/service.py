"""Reads the view `governance.assignments`: what each person's assignments are, for policy, gate and mining."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from domain.assignments.assignment import Assignment, read_assignment
from domain.assignments.permission import serving
from domain.assignments.terms import ConsentState
from domain.event_batches import to_microseconds
from governance_api.assignments.tables import ASSIGNMENTS_OF_PEOPLE
from governance_api.projects.service import list_collecting_from, list_tasks_to_record, terms_of
from governance_api.security.callers import AgentCaller

__all__ = ["NamedAssignment", "TaskToRecord", "assignments_of_people", "list_assignments", "tasks_to_record"]


@dataclass(frozen=True, kw_only=True)
class NamedAssignment:
    """An assignment with what the person is told of its data request."""

    assignment: Assignment
    name: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class TaskToRecord:
    """A user-initiated task scope, as the person needs it."""

    task_scope_id: int
    project_id: int
    name: str
    instructions: str


def assignments_of_people(connection: Connection, people: Collection[int]) -> dict[int, list[Assignment]]:
    """By person, for everyone asked about."""
    found: dict[int, list[Assignment]] = {person: [] for person in people}
    for row in connection.execute(ASSIGNMENTS_OF_PEOPLE, {"people": list(people)}).mappings():
        found[row["workstation_user_id"]].append(read_assignment(dict(row)))
    return found


def list_assignments(session: Session, agent: AgentCaller, *, ended_after: datetime) -> list[NamedAssignment]:
    """The person's assignments as they stand for this agent, that were ever open and end after an instant or never."""
    rows = session.execute(ASSIGNMENTS_OF_PEOPLE, {"people": [agent.workstation_user_id]}).mappings()
    found = [
        NamedAssignment(
            assignment=read_assignment(dict(row)).at_agent(agent.agent_id), name=row["name"], purpose=row["purpose"]
        )
        for row in rows
    ]
    after_us = to_microseconds(ended_after)
    return [each for each in found if any(end > after_us for _, end in each.assignment.open)]


def tasks_to_record(
    session: Session, workstation_user_id: int, assignments: Sequence[Assignment], *, now: datetime
) -> list[TaskToRecord]:
    """Of collecting projects that the person is in, as far as an assignment they accepted serves the project now."""
    now_us = to_microseconds(now)
    current = [
        each
        for each in assignments
        if each.consent is ConsentState.ACCEPTED and any(end > now_us for _, end in each.stretches)
    ]
    projects = [
        project.project_id
        for project in list_collecting_from(session, workstation_user_id)
        if serving(terms_of(project), current)
    ]
    return [
        TaskToRecord(
            task_scope_id=each.task_scope_id,
            project_id=each.project_id,
            name=each.name,
            instructions=each.instructions,
        )
        for each in list_tasks_to_record(session, projects)
    ]
