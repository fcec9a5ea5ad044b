"""How approvals stand: for a manager, for a request, for a project, for a person's agent.

Deciding belongs to `service`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from governance_api.accounts.service import get_account
from governance_api.approvals.decisions import Decision, PersonStage, stage_of_person
from governance_api.approvals.tables import Approval, StoredWindow
from governance_api.data_requests.service import get_data_request
from governance_api.people.service import get_workstation_user, is_same_person, list_reports
from governance_api.projects.service import Project, list_people
from governance_api.security.callers import Caller


@dataclass(frozen=True, kw_only=True)
class ApprovalRecord:
    """One approval with what a manager needs to know to decide it."""

    approval_id: int
    data_request_id: int
    data_request_name: str
    purpose: str
    description: str
    starts_on: date
    ends_on: date | None
    project_id: int | None
    requested_by_login: str
    on_behalf_of_login: str | None
    workstation_user_login: str
    workstation_user_display_name: str
    workstation_user_team: str
    decision: Decision
    reason: str | None
    decided_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ProjectPerson:
    """How far the approval of one person of a project is."""

    workstation_user_login: str
    display_name: str
    team: str
    stage: PersonStage


def describe_approval(session: Session, approval: Approval) -> ApprovalRecord:
    request = get_data_request(session, approval.data_request_id)
    person = get_workstation_user(session, approval.workstation_user_id)
    return ApprovalRecord(
        approval_id=approval.approval_id,
        data_request_id=request.data_request_id,
        data_request_name=request.name,
        purpose=request.purpose,
        description=request.description,
        starts_on=request.starts_on,
        ends_on=request.ends_on,
        project_id=request.project_id,
        requested_by_login=get_account(session, request.requested_by).login,
        on_behalf_of_login=get_account(session, request.on_behalf_of).login if request.on_behalf_of else None,
        workstation_user_login=person.login,
        workstation_user_display_name=person.display_name,
        workstation_user_team=person.team,
        decision=Decision(approval.decision),
        reason=approval.reason,
        decided_at=approval.decided_at,
    )


def describe_approvals_of_request(session: Session, data_request_id: int) -> list[ApprovalRecord]:
    statement = select(Approval).where(Approval.data_request_id == data_request_id).order_by(Approval.approval_id)
    return [describe_approval(session, approval) for approval in session.scalars(statement)]


def list_for_manager(
    session: Session, caller: Caller, *, decisions: Sequence[Decision] | None = None
) -> list[ApprovalRecord]:
    """Approvals about those who report to the caller, never about the caller."""
    reports = [each for each in list_reports(session, caller.account_id) if not is_same_person(caller, each)]
    statement = select(Approval).where(
        Approval.workstation_user_id.in_([person.workstation_user_id for person in reports])
    )
    if decisions is not None:
        statement = statement.where(Approval.decision.in_([decision.value for decision in decisions]))
    approvals = session.scalars(statement.order_by(Approval.data_request_id, Approval.approval_id))
    return [describe_approval(session, approval) for approval in approvals]


def list_open_windows(session: Session, workstation_user_id: int, *, ended_after: datetime) -> list[StoredWindow]:
    """The person's windows that were not closed, and end after an instant or never."""
    is_current = or_(StoredWindow.ends_at.is_(None), StoredWindow.ends_at > ended_after)
    statement = select(StoredWindow).where(
        StoredWindow.workstation_user_id == workstation_user_id, StoredWindow.closed_at.is_(None), is_current
    )
    return list(session.scalars(statement.order_by(StoredWindow.collection_window_id)))


def list_project_people(session: Session, project: Project) -> list[ProjectPerson]:
    """Everybody in the project; approvals of its own requests count, and of requests that stand alone for its dates."""
    return [
        ProjectPerson(
            workstation_user_login=person.login,
            display_name=person.display_name,
            team=person.team,
            stage=stage_of_person(_decisions(session, project, person.workstation_user_id)),
        )
        for person in list_people(session, project.project_id)
    ]


def _decisions(session: Session, project: Project, workstation_user_id: int) -> list[Decision]:
    approvals = session.scalars(select(Approval).where(Approval.workstation_user_id == workstation_user_id))
    return [Decision(each.decision) for each in approvals if _concerns(session, each.data_request_id, project)]


def _concerns(session: Session, data_request_id: int, project: Project) -> bool:
    request = get_data_request(session, data_request_id)
    if request.project_id is not None:
        return request.project_id == project.project_id
    return request.starts_on <= project.ends_on and (request.ends_on is None or request.ends_on >= project.starts_on)
