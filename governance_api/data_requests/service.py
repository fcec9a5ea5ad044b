"""Reading data requests, and who may see which.

Filing one stands in `filing`, because that opens approvals; answering one belongs to `approvals`.
"""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from governance_api.data_requests.errors import DataRequestUnknownError
from governance_api.data_requests.tables import DataRequest
from governance_api.edge.paging import Page
from governance_api.roles.service import Role
from governance_api.security.callers import Caller

__all__ = ["DataRequest", "get_data_request", "list_data_request_ids_of_project"]


def get_data_request(session: Session, data_request_id: int) -> DataRequest:
    """For other nouns that already know that the caller may know."""
    request = session.get(DataRequest, data_request_id)
    if request is None:
        raise DataRequestUnknownError(data_request_id)
    return request


def get_visible(session: Session, data_request_id: int, *, by: Caller) -> DataRequest:
    """Raises DataRequestUnknownError also for a request that the caller may not see."""
    request = get_data_request(session, data_request_id)
    if not (_sees_all(by) or by.account_id in {request.requested_by, request.on_behalf_of}):
        raise DataRequestUnknownError(data_request_id)
    return request


def list_visible(session: Session, page: Page, *, by: Caller) -> list[DataRequest]:
    statement = select(DataRequest)
    if not _sees_all(by):
        own = or_(DataRequest.requested_by == by.account_id, DataRequest.on_behalf_of == by.account_id)
        statement = statement.where(own)
    return list(session.scalars(page.of(statement, DataRequest.data_request_id.expression)))


def list_data_request_ids_of_project(session: Session, project_id: int) -> list[int]:
    return list(session.scalars(select(DataRequest.data_request_id).where(DataRequest.project_id == project_id)))


def _sees_all(caller: Caller) -> bool:
    return caller.has(Role.POWER_USER) or caller.has(Role.GUARDIAN)
