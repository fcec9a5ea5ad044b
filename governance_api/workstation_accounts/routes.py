"""/workstation-accounts: what people's accounts at their workstations are called where it is not their login."""

from fastapi import APIRouter, status

from domain.identity.workstation_accounts import WorkstationAccount
from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.edge.paging import PageAsked
from governance_api.workstation_accounts.permissions import MapsAccounts
from governance_api.workstation_accounts.schemas import WorkstationAccountAnswer, WorkstationAccountCreation
from governance_api.workstation_accounts.service import list_mapped_accounts, map_account, unmap_account

router = APIRouter(prefix="/workstation-accounts", tags=["workstation accounts"])


@router.post("", status_code=status.HTTP_201_CREATED)
def create(
    body: WorkstationAccountCreation, caller: MapsAccounts, transaction: Transaction, now: Now
) -> WorkstationAccountAnswer:
    """Agents of this person enrol from accounts mapped to them; without any, from the account named like the login."""
    account = WorkstationAccount(body.account_login, body.account_domain, body.account_identifier)
    mapped = map_account(transaction, account, workstation_user_login=body.workstation_user_login, by=caller, now=now)
    return WorkstationAccountAnswer.of(mapped)


@router.get("")
def list_them(_: MapsAccounts, transaction: Transaction, page: PageAsked) -> list[WorkstationAccountAnswer]:
    return WorkstationAccountAnswer.of_each(list_mapped_accounts(transaction, page))


@router.delete("/{workstation_account_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete(workstation_account_id: int, caller: MapsAccounts, transaction: Transaction, now: Now) -> None:
    """The next enrolment no longer finds it; agents that are enrolled go on."""
    unmap_account(transaction, workstation_account_id, by=caller, now=now)
