"""/accounts: creates, lists and changes accounts, and assigns their roles."""

from fastapi import APIRouter, status

from governance_api.accounts.collaborators import Collaborators
from governance_api.accounts.permissions import ManagesAccounts, ReadsOwnAccount
from governance_api.accounts.schemas import AccountAnswer, AccountChange, AccountCreation, RoleAssignment
from governance_api.accounts.service import (
    assign_roles,
    change_account,
    create_account,
    describe_account,
    get_account,
    list_accounts,
)
from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.edge.paging import PageAsked

router = APIRouter(prefix="/accounts", tags=["accounts"])


@router.post("", status_code=status.HTTP_201_CREATED)
def create(
    body: AccountCreation, caller: ManagesAccounts, transaction: Transaction, others: Collaborators, now: Now
) -> AccountAnswer:
    """Creates an account with its roles."""
    login = body.workstation_user_login
    return create_account(
        transaction,
        login=body.login,
        display_name=body.display_name,
        password=body.password,
        roles=body.roles,
        workstation_user_id=others.get_workstation_user_id(transaction, login) if login else None,
        by=caller,
        now=now,
    )


@router.get("")
def list_them(_: ManagesAccounts, transaction: Transaction, page: PageAsked) -> list[AccountAnswer]:
    return list_accounts(transaction, page)


@router.get("/me")
def read_own(caller: ReadsOwnAccount, transaction: Transaction) -> AccountAnswer:
    """The account this request was made with."""
    return describe_account(transaction, get_account(transaction, caller.account_id))


@router.patch("/{account_id}")
def change(
    *,
    account_id: int,
    body: AccountChange,
    caller: ManagesAccounts,
    transaction: Transaction,
    others: Collaborators,
    now: Now,
) -> AccountAnswer:
    """Changes what is given; a new password or closing the account ends its tokens."""
    login = body.workstation_user_login
    changed = change_account(
        transaction,
        account_id,
        display_name=body.display_name,
        password=body.password,
        is_active=body.is_active,
        workstation_user_id=others.get_workstation_user_id(transaction, login) if login else None,
        by=caller,
        now=now,
    )
    if body.password is not None or body.is_active is False:
        others.end_tokens(transaction, account_id, now=now)
    return changed


@router.put("/{account_id}/roles")
def assign(
    account_id: int, body: RoleAssignment, caller: ManagesAccounts, transaction: Transaction, now: Now
) -> AccountAnswer:
    """Replaces all roles of an account."""
    return assign_roles(transaction, account_id, body.roles, by=caller, now=now)
