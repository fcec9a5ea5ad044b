"""Reads data requests with their approvals, and decides who may see which; filing one is in `filing`."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from governance_api.accounts.service import logins_of
from governance_api.data_requests.decisions import (
    MAY_FOLLOW,
    NEEDS_REASON,
    Decision,
    PersonStage,
    stage_of_decisions,
    stage_of_person,
)
from governance_api.data_requests.errors import DataRequestUnknownError
from governance_api.data_requests.schemas import DataRequestAnswer, DataRequestSummary, RequestedApproval
from governance_api.data_requests.tables import Approval, DataRequest
from governance_api.edge.paging import Page
from governance_api.people.service import list_by_ids
from governance_api.security.callers import Caller
from governance_api.security.roles import Role

__all__ = [
    "MAY_FOLLOW",
    "NEEDS_REASON",
    "Approval",
    "DataRequest",
    "Decision",
    "PersonStage",
    "check_visible",
    "describe_data_request",
    "get_data_request",
    "get_visible",
    "list_approvals_of_project",
    "list_binding_requests",
    "list_requests_by_ids",
    "list_visible",
    "stage_of_person",
]


def get_data_request(session: Session, data_request_id: int) -> DataRequest:
    """For other nouns that already know that the caller may know."""
    request = session.get(DataRequest, data_request_id)
    if request is None:
        raise DataRequestUnknownError(data_request_id)
    return request


def list_requests_by_ids(session: Session, data_request_ids: Collection[int]) -> list[DataRequest]:
    return list(session.scalars(select(DataRequest).where(DataRequest.data_request_id.in_(data_request_ids))))


def list_binding_requests(session: Session, project_id: int) -> list[DataRequest]:
    """Those of the project with an approval that is pending or given, oldest first."""
    binding = select(Approval.data_request_id).where(Approval.decision.in_((Decision.PENDING, Decision.APPROVED)))
    statement = select(DataRequest).where(
        DataRequest.project_id == project_id, DataRequest.data_request_id.in_(binding)
    )
    return list(session.scalars(statement.order_by(DataRequest.data_request_id)))


def list_approvals_of_project(session: Session, project_id: int) -> list[int]:
    """Ids of the approvals that were asked for it, whatever was decided."""
    requests = select(DataRequest.data_request_id).where(DataRequest.project_id == project_id)
    statement = select(Approval.approval_id).where(Approval.data_request_id.in_(requests))
    return list(session.scalars(statement.order_by(Approval.approval_id)))


def get_visible(session: Session, data_request_id: int, *, by: Caller) -> DataRequestAnswer:
    """Raises DataRequestUnknownError also for a request that the caller may not see."""
    check_visible(session, [data_request_id], by=by)
    return describe_data_request(session, get_data_request(session, data_request_id))


def check_visible(session: Session, data_request_ids: Collection[int], *, by: Caller) -> None:
    """Raises DataRequestUnknownError for the first that there is not, or that the caller may not see."""
    found = {each.data_request_id: each for each in list_requests_by_ids(session, data_request_ids)}
    for data_request_id in sorted(data_request_ids):
        request = found.get(data_request_id)
        if request is None or not (_sees_all(by) or by.account_id in {request.requested_by, request.on_behalf_of}):
            raise DataRequestUnknownError(data_request_id)


def list_visible(session: Session, page: Page, *, by: Caller) -> list[DataRequestSummary]:
    """Without their approvals, of which each may have thousands."""
    statement = select(DataRequest)
    if not _sees_all(by):
        own = or_(DataRequest.requested_by == by.account_id, DataRequest.on_behalf_of == by.account_id)
        statement = statement.where(own)
    requests = session.scalars(page.of(statement, DataRequest.data_request_id.expression)).all()
    counts = _approval_counts(session, [each.data_request_id for each in requests])
    return list(_summaries(session, requests, counts))


def describe_data_request(session: Session, request: DataRequest) -> DataRequestAnswer:
    approvals = _approvals_of(session, request.data_request_id)
    counts = Counter(each.decision for each in approvals)
    (summary,) = _summaries(session, [request], {request.data_request_id: counts})
    return DataRequestAnswer(**summary.model_dump(), approvals=approvals)


def _summaries(
    session: Session, requests: Sequence[DataRequest], counts: Mapping[int, Counter[Decision]]
) -> Iterator[DataRequestSummary]:
    """As many queries for a thousand requests as for one."""
    accounts = {account for each in requests for account in (each.requested_by, each.on_behalf_of) if account}
    logins = logins_of(session, accounts)
    for each in requests:
        of_this = counts.get(each.data_request_id, Counter())
        yield DataRequestSummary(
            data_request_id=each.data_request_id,
            name=each.name,
            description=each.description,
            purpose=each.purpose,
            starts_on=each.starts_on,
            ends_on=each.ends_on,
            project_id=each.project_id,
            goals=each.goals,
            collection_cadence=each.collection_cadence,
            visibility=each.visibility,
            anonymization_level=each.anonymization_level,
            applications_with_named_content=each.applications_with_named_content,
            requested_by_login=logins[each.requested_by],
            on_behalf_of_login=logins[each.on_behalf_of] if each.on_behalf_of else None,
            created_at=each.created_at,
            stage=stage_of_decisions(of_this),
            approval_counts={**dict.fromkeys(Decision, 0), **of_this},
        )


def _approval_counts(session: Session, data_request_ids: Collection[int]) -> dict[int, Counter[Decision]]:
    counting = select(Approval.data_request_id, Approval.decision, func.count()).where(
        Approval.data_request_id.in_(data_request_ids)
    )
    found: dict[int, Counter[Decision]] = defaultdict(Counter)
    for data_request_id, decision, count in session.execute(
        counting.group_by(Approval.data_request_id, Approval.decision)
    ):
        found[data_request_id][decision] = count
    return found


def _approvals_of(session: Session, data_request_id: int) -> list[RequestedApproval]:
    of_this = select(Approval).where(Approval.data_request_id == data_request_id).order_by(Approval.approval_id)
    approvals = session.scalars(of_this).all()
    people = list_by_ids(session, {each.workstation_user_id for each in approvals})
    logins = {person.workstation_user_id: person.login for person in people}
    return [
        RequestedApproval(
            approval_id=each.approval_id,
            workstation_user_login=logins[each.workstation_user_id],
            decision=each.decision,
            reason=each.reason,
            decided_at=each.decided_at,
        )
        for each in approvals
    ]


def _sees_all(caller: Caller) -> bool:
    return caller.has(Role.POWER_USER) or caller.has(Role.GUARDIAN)
