"""Bodies about projects, task scopes and shares. The domain checks the form of a task scope."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from domain.aliases import AnonymizationLevel
from domain.assignments.terms import Cadence, Goal, Visibility
from governance_api.edge.schemas import MAX_WORDS, Answer, Body, Login, Name, OptionalText
from governance_api.projects.kinds import ExportFormat, Permission, TaskScopeKind
from governance_api.projects.stages import Stage

MAX_PEOPLE = 10_000


Logins = Annotated[list[Login], Field(max_length=MAX_PEOPLE)]


class ProjectCreation(Body):
    name: Name
    description: OptionalText = ""
    starts_on: date
    ends_on: date
    goals: Annotated[list[Goal], Field(min_length=1, max_length=MAX_WORDS)]
    collection_cadence: Cadence = Cadence.CONTINUOUS
    visibility: Visibility = Visibility.GROUP
    anonymization_level: AnonymizationLevel = AnonymizationLevel.ANONYMIZED_CODE
    workstation_user_logins: Logins = Field(default_factory=list)


class ProjectAnswer(Answer):
    """The key that aliases are made with is never shown."""

    project_id: int
    name: str
    description: str
    starts_on: date
    ends_on: date
    goals: list[Goal]
    collection_cadence: Cadence
    stage: Stage
    visibility: Visibility
    anonymization_level: AnonymizationLevel
    pool_data_request_ids: list[int]
    created_by: int
    created_at: datetime
    closed_at: datetime | None
    last_opened_at: datetime


class TaskScopeCreation(Body):
    """`automated` needs source, table_name, field, start_state and end_state; `user_initiated` needs none.

    `condition` narrows an automated scope: its fields are those of the audit trail's records, such as priority, and an
    instance counts when its record meets it at the instance's end.
    """

    name: Name
    kind: TaskScopeKind
    instructions: OptionalText | None = None
    source: dict[str, Any] | None = None
    table_name: Name | None = None
    field: Name | None = None
    start_state: Name | None = None
    end_state: Name | None = None
    condition: dict[str, Any] | None = None


class TaskScopeAnswer(Answer):
    task_scope_id: int
    project_id: int
    name: str
    kind: TaskScopeKind
    instructions: str
    source: dict[str, Any] | None
    table_name: str
    field: str
    start_state: str
    end_state: str
    condition: dict[str, Any] | None


class ShareCreation(Body):
    login: Login
    permission: Permission


class ShareAnswer(Answer):
    account_id: int
    login: str
    display_name: str
    permission: Permission


class ExportAnnouncement(Body):
    """Which published tables leave, and how."""

    tables: Annotated[
        list[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]], Field(min_length=1, max_length=100)
    ]
    file_format: ExportFormat


class ExportAnswer(Answer):
    """The proof that the export is on the record: only now may it begin."""

    project_id: int
    tables: list[str]
    file_format: ExportFormat
    announced_by: int
    announced_at: datetime
