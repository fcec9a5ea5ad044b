"""Bodies of /data-requests: what somebody asks for, and how far the approval of each named person is."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from governance_api.data_requests.decisions import Decision, RequestStage
from governance_api.edge.schemas import Answer, Body, Login, Name, OptionalText, SomeText

MAX_PEOPLE = 10_000


class DataRequestCreation(Body):
    """From a project, people and dates default to the project's; without one, name people and a start date."""

    name: Name
    purpose: SomeText
    description: OptionalText = ""
    starts_on: date | None = None
    ends_on: date | None = None
    project_id: int | None = None
    workstation_user_logins: Annotated[list[Login], Field(max_length=MAX_PEOPLE)] | None = None
    on_behalf_of_login: Login | None = None


class RequestedApproval(Answer):
    """`reason` is the manager's, for a rejection or a withdrawal."""

    approval_id: int
    workstation_user_login: str
    decision: Decision
    reason: str | None
    decided_at: datetime | None


class DataRequestAnswer(Answer):
    """`stage`: waiting_for_approval, approved (by all), or cancelled (at least one rejected or withdrew)."""

    data_request_id: int
    name: str
    description: str
    purpose: str
    starts_on: date
    ends_on: date | None
    project_id: int | None
    requested_by_login: str
    on_behalf_of_login: str | None
    created_at: datetime
    stage: RequestStage
    approvals: list[RequestedApproval]
