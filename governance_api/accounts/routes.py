"""/accounts: creating, listing, changing them and assigning their roles.

Signing in belongs to `tokens`.
"""

from fastapi import APIRouter, status
from sqlalchemy.orm import Session

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
from governance_api.people.service import get_workstation_user_by_login
from governance_api.tokens.service import revoke_all_tokens

router = APIRouter(prefix="/accounts", tags=["accounts"])


def _workstation_user_id(transaction: Session, login: str | None) -> int | None:
    return get_workstation_user_by_login(transaction, login).workstation_user_id if login else None


@router.post("", response_model=AccountAnswer, status_code=status.HTTP_201_CREATED)
def create(body: AccountCreation, caller: ManagesAccounts, transaction: Transaction, now: Now) -> object:
    """Creates an account with its roles."""
    return create_account(
        transaction,
        login=body.login,
        display_name=body.display_name,
        password=body.password,
        roles=body.roles,
        workstation_user_id=_workstation_user_id(transaction, body.workstation_user_login),
        by=caller,
        now=now,
    )


@router.get("", response_model=list[AccountAnswer])
def list_them(_: ManagesAccounts, transaction: Transaction, page: PageAsked) -> object:
    return list_accounts(transaction, page)


@router.get("/me", response_model=AccountAnswer)
def read_own(caller: ReadsOwnAccount, transaction: Transaction) -> object:
    """The account this request was made with."""
    return describe_account(transaction, get_account(transaction, caller.account_id))


@router.patch("/{account_id}", response_model=AccountAnswer)
def change(account_id: int, body: AccountChange, caller: ManagesAccounts, transaction: Transaction, now: Now) -> object:
    """Changes what is given; a new password or closing the account ends its tokens."""
    changed = change_account(
        transaction,
        account_id,
        display_name=body.display_name,
        password=body.password,
        is_active=body.is_active,
        workstation_user_id=_workstation_user_id(transaction, body.workstation_user_login),
        by=caller,
        now=now,
    )
    if body.password is not None or body.is_active is False:
        revoke_all_tokens(transaction, account_id)
    return changed


@router.put("/{account_id}/roles", response_model=AccountAnswer)
def assign(
    account_id: int, body: RoleAssignment, caller: ManagesAccounts, transaction: Transaction, now: Now
) -> object:
    """Replaces all roles of an account."""
    return assign_roles(transaction, account_id, body.roles, by=caller, now=now)
