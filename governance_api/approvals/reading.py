"""Lists approvals for a manager and for a project.

As many queries for a thousand approvals as for one: what a row needs is fetched for all rows at once.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from governance_api.accounts.service import logins_of
from governance_api.approvals.schemas import ApprovalAnswer, ProjectPersonAnswer
from governance_api.data_requests.service import (
    Approval,
    DataRequest,
    Decision,
    list_requests_by_ids,
    stage_of_person,
)
from governance_api.edge.paging import Page
from governance_api.people.service import is_same_person, list_by_ids, list_reports
from governance_api.projects.service import Project, list_people, terms_of
from governance_api.security.callers import Caller


def describe_approvals(session: Session, approvals: Sequence[Approval]) -> list[ApprovalAnswer]:
    requests = list_requests_by_ids(session, {each.data_request_id for each in approvals})
    request_of = {each.data_request_id: each for each in requests}
    people = list_by_ids(session, {each.workstation_user_id for each in approvals})
    person_of = {each.workstation_user_id: each for each in people}
    logins = logins_of(session, {account for each in requests for account in _accounts_of(each)})
    answers = []
    for approval in approvals:
        request, person = request_of[approval.data_request_id], person_of[approval.workstation_user_id]
        answers.append(
            ApprovalAnswer(
                approval_id=approval.approval_id,
                data_request_id=request.data_request_id,
                data_request_name=request.name,
                purpose=request.purpose,
                description=request.description,
                starts_on=request.starts_on,
                ends_on=request.ends_on,
                project_id=request.project_id,
                goals=request.goals,
                collection_cadence=request.collection_cadence,
                visibility=request.visibility,
                anonymization_level=request.anonymization_level,
                applications_with_named_content=request.applications_with_named_content,
                requested_by_login=logins[request.requested_by],
                on_behalf_of_login=logins[request.on_behalf_of] if request.on_behalf_of else None,
                workstation_user_login=person.login,
                workstation_user_display_name=person.display_name,
                workstation_user_team=person.team,
                decision=approval.decision,
                reason=approval.reason,
                decided_at=approval.decided_at,
            )
        )
    return answers


def list_for_manager(
    session: Session, caller: Caller, page: Page, *, decisions: Collection[Decision] | None = None
) -> list[ApprovalAnswer]:
    """Approvals about those who report to the caller, never about the caller, in the order of their ids."""
    statement = _for_manager(session, caller, decisions)
    return describe_approvals(session, session.scalars(page.of(statement, Approval.approval_id.expression)).all())


def list_requests_for_manager(
    session: Session, caller: Caller, page: Page, *, decisions: Collection[Decision]
) -> list[list[ApprovalAnswer]]:
    """The caller's approvals of one data request each; the page is one of requests, so that none is shown in part."""
    mine = _for_manager(session, caller, decisions)
    requests = select(DataRequest.data_request_id).where(
        DataRequest.data_request_id.in_(mine.with_only_columns(Approval.data_request_id))
    )
    shown = session.scalars(page.of(requests, DataRequest.data_request_id.expression)).all()
    of_these = mine.where(Approval.data_request_id.in_(shown)).order_by(Approval.approval_id)
    groups: dict[int, list[ApprovalAnswer]] = {data_request_id: [] for data_request_id in shown}
    for approval in describe_approvals(session, session.scalars(of_these).all()):
        groups[approval.data_request_id].append(approval)
    return list(groups.values())


def list_pending_of_request(session: Session, data_request_id: int, *, by: Caller) -> list[int]:
    """The approvals of a request that wait for this manager: what "all of this request" means."""
    waiting = _for_manager(session, by, (Decision.PENDING,)).where(Approval.data_request_id == data_request_id)
    return [each.approval_id for each in session.scalars(waiting.order_by(Approval.approval_id))]


def list_project_people(session: Session, project: Project, page: Page | None = None) -> list[ProjectPersonAnswer]:
    """The people of the project, all of them without a page; approvals count of requests that it may be mined
    through: its own, and the pool requests that it names, for its dates."""
    people = list_people(session, project.project_id, page)
    found = _approvals_for(session, project, [person.workstation_user_id for person in people])
    return [
        ProjectPersonAnswer(
            workstation_user_id=person.workstation_user_id,
            workstation_user_login=person.login,
            display_name=person.display_name,
            team=person.team,
            stage=stage_of_person(each.decision for each in found[person.workstation_user_id]),
        )
        for person in people
    ]


def _accounts_of(request: DataRequest) -> list[int]:
    return [request.requested_by] if request.on_behalf_of is None else [request.requested_by, request.on_behalf_of]


def _for_manager(session: Session, caller: Caller, decisions: Collection[Decision] | None) -> Select[Approval]:
    reports = [each for each in list_reports(session, caller.account_id) if not is_same_person(caller, each)]
    statement: Select[Approval] = select(Approval).where(
        Approval.workstation_user_id.in_([person.workstation_user_id for person in reports])
    )
    return statement if decisions is None else statement.where(Approval.decision.in_(decisions))


def approvals_to_mine_by(session: Session, project: Project) -> dict[str, list[Approval]]:
    """By login of each person of the project with an approval that it may be mined through: those approvals. Who of
    them consented is nobody else's business."""
    people = list_people(session, project.project_id)
    found = _approvals_for(session, project, [person.workstation_user_id for person in people])
    approved = {
        person.login: [each for each in found[person.workstation_user_id] if each.decision is Decision.APPROVED]
        for person in people
    }
    return {login: approvals for login, approvals in approved.items() if approvals}


def _approvals_for(session: Session, project: Project, people: Sequence[int]) -> dict[int, list[Approval]]:
    """By person, those of requests that the project may be mined through and that reach into its dates."""
    is_possible = or_(
        DataRequest.project_id == project.project_id, DataRequest.data_request_id.in_(project.pool_data_request_ids)
    )
    statement = (
        select(Approval, DataRequest)
        .join(DataRequest, DataRequest.data_request_id == Approval.data_request_id)
        .where(
            Approval.workstation_user_id.in_(people),
            is_possible,
            DataRequest.starts_on <= project.ends_on,
            or_(DataRequest.ends_on.is_(None), DataRequest.ends_on >= project.starts_on),
        )
        .order_by(Approval.approval_id)
    )
    terms = terms_of(project)
    found: dict[int, list[Approval]] = defaultdict(list)
    for approval, request in session.execute(statement):
        if terms.may_use(project_id=request.project_id, data_request_id=request.data_request_id, terms=request.terms):
            found[approval.workstation_user_id].append(approval)
    return found
