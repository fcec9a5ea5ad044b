"""Bodies of /approvals, and how far the approval of each person of a project is.

A reason may be sent empty only so that its absence is answered in words.
"""

from datetime import date, datetime

from domain.aliases import AnonymizationLevel
from domain.assignments.terms import Cadence, Goal, Visibility
from governance_api.data_requests.service import Decision, PersonStage
from governance_api.edge.schemas import Answer, Body, OptionalText


class Reasoned(Body):
    """Rejecting and withdrawing need a reason."""

    reason: OptionalText = ""


class ApprovalAnswer(Answer):
    """One approval with what a manager needs to know to decide it."""

    approval_id: int
    data_request_id: int
    data_request_name: str
    purpose: str
    description: str
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
    workstation_user_login: str
    workstation_user_display_name: str
    workstation_user_team: str
    decision: Decision
    reason: str | None
    decided_at: datetime | None


class ProjectPersonAnswer(Answer):
    """`stage` is about approval: required, requested, approved or rejected. Consent is nobody else's business."""

    workstation_user_id: int
    workstation_user_login: str
    display_name: str
    team: str
    stage: PersonStage
