"""Creates, finds and changes accounts, and describes them with their roles.

A new password or a closed account must end its tokens: the route does that through `collaborators`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance_api.accounts.errors import (
    PASSWORD_MIN,
    AccountUnknownError,
    LastAdminError,
    LoginTakenError,
    PasswordTooShortError,
)
from governance_api.accounts.schemas import AccountAnswer
from governance_api.accounts.tables import Account
from governance_api.audit.service import AuditTag, record
from governance_api.edge.paging import Page
from governance_api.roles.service import list_account_ids, list_roles, replace_roles, roles_of
from governance_api.security.callers import Caller
from governance_api.security.roles import Role, with_contained
from governance_api.security.secrets_at_rest import hash_password


def create_account(
    session: Session,
    *,
    login: str,
    display_name: str,
    password: str,
    roles: Iterable[Role],
    workstation_user_id: int | None = None,
    by: Caller | None,
    now: datetime,
) -> AccountAnswer:
    """`by` None is bootstrap. Raises LoginTakenError, PasswordTooShortError."""
    if find_account(session, login):
        raise LoginTakenError(login)
    account = Account(
        login=login,
        display_name=display_name,
        password_hash=_checked_hash(password),
        workstation_user_id=workstation_user_id,
    )
    session.add(account)
    session.flush()
    replace_roles(session, account.account_id, roles)
    named = [role.value for role in list_roles(session, account.account_id)]
    record(session, AuditTag.ACCOUNT_CREATED, account.account_id, by=by, now=now, login=login, roles=named)
    return describe_account(session, account)


def change_account(
    session: Session,
    account_id: int,
    *,
    display_name: str | None = None,
    password: str | None = None,
    is_active: bool | None = None,
    workstation_user_id: int | None = None,
    by: Caller | None,
    now: datetime,
) -> AccountAnswer:
    """Changes what is given. After a new password the caller ends the account's tokens."""
    account = get_account(session, account_id)
    if is_active is False:
        _check_admin_remains(session, without=account_id)
    changes = {"display_name": display_name, "is_active": is_active, "workstation_user_id": workstation_user_id}
    given = {name: value for name, value in changes.items() if value is not None}
    for name, value in given.items():
        setattr(account, name, value)
    if password is not None:
        account.password_hash = _checked_hash(password)
    is_new_password = password is not None
    record(session, AuditTag.ACCOUNT_CHANGED, account_id, by=by, now=now, has_new_password=is_new_password, **given)
    return describe_account(session, account)


def assign_roles(
    session: Session, account_id: int, roles: Iterable[Role], *, by: Caller | None, now: datetime
) -> AccountAnswer:
    """Replaces all roles of the account. Somebody must remain admin."""
    account = get_account(session, account_id)
    assigned = frozenset(roles)
    if Role.ADMIN not in assigned:
        _check_admin_remains(session, without=account_id)
    former = [role.value for role in list_roles(session, account_id)]
    replace_roles(session, account_id, assigned)
    named = [role.value for role in list_roles(session, account_id)]
    record(session, AuditTag.ROLES_ASSIGNED, account_id, by=by, now=now, roles=named, former_roles=former)
    return describe_account(session, account)


def describe_account(session: Session, account: Account) -> AccountAnswer:
    return describe_accounts(session, [account])[0]


def describe_accounts(session: Session, accounts: Sequence[Account]) -> list[AccountAnswer]:
    """With their roles; one query for any number of accounts."""
    roles = roles_of(session, [account.account_id for account in accounts])
    return [
        AccountAnswer(
            account_id=account.account_id,
            login=account.login,
            display_name=account.display_name,
            is_active=account.is_active,
            workstation_user_id=account.workstation_user_id,
            roles=roles[account.account_id],
            created_at=account.created_at,
        )
        for account in accounts
    ]


def list_accounts(session: Session, page: Page) -> list[AccountAnswer]:
    statement = page.of(select(Account), Account.account_id.expression)
    return describe_accounts(session, session.scalars(statement).all())


def get_account(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise AccountUnknownError(account_id)
    return account


def accounts_by_id(session: Session, account_ids: Collection[int]) -> dict[int, Account]:
    return {
        each.account_id: each for each in session.scalars(select(Account).where(Account.account_id.in_(account_ids)))
    }


def logins_of(session: Session, account_ids: Collection[int]) -> dict[int, str]:
    """account id → login, in one query."""
    statement = select(Account.account_id, Account.login).where(Account.account_id.in_(account_ids))
    return {row.account_id: row.login for row in session.execute(statement)}


def display_names_of(session: Session, logins: Collection[str]) -> dict[str, str]:
    """login → display name, in one query."""
    statement = select(Account.login, Account.display_name).where(Account.login.in_(logins))
    return {row.login: row.display_name for row in session.execute(statement)}


def find_account(session: Session, login: str) -> Account | None:
    """Logins are the same however they are written: Ana is ana."""
    return session.scalar(select(Account).where(func.lower(Account.login) == login.lower()))


def get_account_by_login(session: Session, login: str) -> Account:
    account = find_account(session, login)
    if account is None:
        raise AccountUnknownError(login)
    return account


def find_account_for_sign_in(session: Session, login: str) -> Account | None:
    account = find_account(session, login)
    return account if account and account.is_active else None


def find_caller(session: Session, account_id: int, *, access_token_id: int = 0) -> Caller | None:
    """The account as somebody who asks; None once it was closed."""
    caller = callers_by_id(session, [account_id]).get(account_id)
    return replace(caller, access_token_id=access_token_id) if caller else None


def callers_by_id(session: Session, account_ids: Collection[int]) -> dict[int, Caller]:
    """Of these accounts those that are not closed, as somebody who asks."""
    accounts = accounts_by_id(session, account_ids)
    roles = roles_of(session, accounts)
    return {
        account_id: Caller(
            account_id=account_id,
            login=account.login,
            display_name=account.display_name,
            roles=with_contained(roles[account_id]),
            workstation_user_id=account.workstation_user_id,
        )
        for account_id, account in accounts.items()
        if account.is_active
    }


def _checked_hash(password: str) -> str:
    if len(password) < PASSWORD_MIN:
        raise PasswordTooShortError
    return hash_password(password)


def _check_admin_remains(session: Session, *, without: int) -> None:
    admins = list_account_ids(session, Role.ADMIN)
    others = select(Account.account_id).where(
        Account.account_id.in_(admins), Account.account_id != without, Account.is_active
    )
    if without in admins and session.scalar(others.limit(1)) is None:
        raise LastAdminError
