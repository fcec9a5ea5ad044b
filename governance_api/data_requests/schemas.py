"""Bodies of /data-requests: what somebody asks for, and how far the approval of each named person is."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from domain.aliases import AnonymizationLevel
from domain.assignments.terms import Cadence, Goal, Visibility
from governance_api.data_requests.decisions import Decision, RequestStage
from governance_api.edge.schemas import MAX_WORDS, Answer, Body, Login, Name, OptionalText, SomeText

MAX_PEOPLE = 10_000


class DataRequestCreation(Body):
    """From a project, people and dates default to the project's, and the terms are the project's; without one, name
    people and a start date. Terms that are left out ask for the least."""

    name: Name
    purpose: SomeText
    description: OptionalText = ""
    starts_on: date | None = None
    ends_on: date | None = None
    project_id: int | None = None
    workstation_user_logins: Annotated[list[Login], Field(max_length=MAX_PEOPLE)] | None = None
    on_behalf_of_login: Login | None = None
    goals: Annotated[list[Goal], Field(min_length=1, max_length=MAX_WORDS)] | None = None
    visibility: Visibility | None = None
    anonymization_level: AnonymizationLevel | None = None


class RequestedApproval(Answer):
    """`reason` is the manager's, for a rejection or a withdrawal."""

    approval_id: int
    workstation_user_login: str
    decision: Decision
    reason: str | None
    decided_at: datetime | None


class DataRequestSummary(Answer):
    """`stage`: waiting_for_approval, approved (by all), or cancelled (at least one rejected or withdrew).

    `approval_counts`: decision → of how many people; who they are says GET /data-requests/{data_request_id}.
    """

    data_request_id: int
    name: str
    description: str
    purpose: str
    starts_on: date
    ends_on: date | None
    project_id: int | None
    goals: list[Goal]
    collection_cadence: Cadence
    visibility: Visibility
    anonymization_level: AnonymizationLevel
    applications_with_named_content: list[str]
    requested_by_login: str
    on_behalf_of_login: str | None
    created_at: datetime
    stage: RequestStage
    approval_counts: dict[Decision, int]


class DataRequestAnswer(DataRequestSummary):
    """With the approval of each person who is named: at most as many as one request may name."""

    approvals: list[RequestedApproval]
