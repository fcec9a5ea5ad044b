"""/data-requests: filing and following them."""

from fastapi import APIRouter, status

from governance_api.clock import Now
from governance_api.data_requests.filing import file_data_request
from governance_api.data_requests.permissions import FilesDataRequests, ReadsDataRequests
from governance_api.data_requests.schemas import DataRequestAnswer, DataRequestCreation, DataRequestSummary
from governance_api.data_requests.service import get_visible, list_visible
from governance_api.database import Transaction
from governance_api.edge.paging import PageAsked

router = APIRouter(prefix="/data-requests", tags=["data requests"])


@router.post("", status_code=status.HTTP_201_CREATED)
def file(body: DataRequestCreation, caller: FilesDataRequests, transaction: Transaction, now: Now) -> DataRequestAnswer:
    """Asks the manager of every named workstation user."""
    return file_data_request(transaction, body, by=caller, now=now)


@router.get("")
def list_them(caller: ReadsDataRequests, transaction: Transaction, page: PageAsked) -> list[DataRequestSummary]:
    """Own requests; power users and guardians see all. The approvals of one are in its own answer."""
    return list_visible(transaction, page, by=caller)


@router.get("/{data_request_id}")
def read(data_request_id: int, caller: ReadsDataRequests, transaction: Transaction) -> DataRequestAnswer:
    return get_visible(transaction, data_request_id, by=caller)
