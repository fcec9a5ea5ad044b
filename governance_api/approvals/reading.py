"""Lists approvals for a manager, for a project and for the agent of a person.

As many queries for a thousand approvals as for one: what a row needs is fetched for all rows at once.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from governance_api.accounts.service import logins_of
from governance_api.approvals.schemas import ApprovalAnswer, ProjectPersonAnswer
from governance_api.approvals.tables import StoredWindow
from governance_api.data_requests.service import (
    Approval,
    DataRequest,
    Decision,
    list_requests_by_ids,
    stage_of_person,
)
from governance_api.edge.paging import Page
from governance_api.people.service import is_same_person, list_by_ids, list_reports
from governance_api.projects.service import Project, list_people
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


def requests_of_approvals(session: Session, approval_ids: Collection[int]) -> dict[int, DataRequest]:
    """approval id → the data request it answers, in one query."""
    statement = (
        select(Approval.approval_id, DataRequest)
        .join(DataRequest, DataRequest.data_request_id == Approval.data_request_id)
        .where(Approval.approval_id.in_(approval_ids))
    )
    return {row.approval_id: row.DataRequest for row in session.execute(statement)}


def list_open_windows(session: Session, workstation_user_id: int, *, ended_after: datetime) -> list[StoredWindow]:
    """The person's windows that were not closed, and end after an instant or never."""
    is_current = or_(StoredWindow.ends_at.is_(None), StoredWindow.ends_at > ended_after)
    statement = select(StoredWindow).where(
        StoredWindow.workstation_user_id == workstation_user_id, StoredWindow.closed_at.is_(None), is_current
    )
    return list(session.scalars(statement.order_by(StoredWindow.collection_window_id)))


def list_project_people(session: Session, project: Project, page: Page | None = None) -> list[ProjectPersonAnswer]:
    """The people of the project, all of them without a page; approvals of its own requests count, and of requests
    that stand alone for its dates."""
    people = list_people(session, project.project_id, page)
    decisions = _decisions(session, project, [person.workstation_user_id for person in people])
    return [
        ProjectPersonAnswer(
            workstation_user_id=person.workstation_user_id,
            workstation_user_login=person.login,
            display_name=person.display_name,
            team=person.team,
            stage=stage_of_person(decisions[person.workstation_user_id]),
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


def _decisions(session: Session, project: Project, people: Sequence[int]) -> dict[int, list[Decision]]:
    """By person: those of the project's own requests, and of requests without a project that overlap its dates."""
    is_alone = and_(
        DataRequest.project_id.is_(None),
        DataRequest.starts_on <= project.ends_on,
        or_(DataRequest.ends_on.is_(None), DataRequest.ends_on >= project.starts_on),
    )
    statement = (
        select(Approval.workstation_user_id, Approval.decision)
        .join(DataRequest, DataRequest.data_request_id == Approval.data_request_id)
        .where(Approval.workstation_user_id.in_(people), or_(DataRequest.project_id == project.project_id, is_alone))
    )
    found: dict[int, list[Decision]] = defaultdict(list)
    for workstation_user_id, decision in session.execute(statement):
        found[workstation_user_id].append(decision)
    return found
