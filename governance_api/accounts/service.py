"""Creates and changes accounts and assigns their roles; lists and lookups are in `reading`.

A new password or a closed account must end its tokens: the route does that through `collaborators`.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance_api.accounts.errors import (
    LastAdminError,
    LoginTakenError,
)
from governance_api.accounts.passwords import check_password
from governance_api.accounts.reading import (
    accounts_by_id,
    callers_by_id,
    callers_by_login_key,
    describe_account,
    display_names_of,
    find_account,
    find_account_for_sign_in,
    find_account_of_subject,
    find_caller,
    get_account,
    get_account_by_login,
    list_accounts,
    list_accounts_by_logins,
    logins_of,
)
from governance_api.accounts.schemas import AccountAnswer
from governance_api.accounts.tables import Account
from governance_api.audit.service import AuditTag, record
from governance_api.roles.service import list_account_ids, list_roles, replace_roles
from governance_api.security.callers import Caller
from governance_api.security.roles import Role
from governance_api.security.secrets_at_rest import hash_password

__all__ = [
    "Account",
    "AccountAnswer",
    "accounts_by_id",
    "assign_roles",
    "callers_by_id",
    "callers_by_login_key",
    "change_account",
    "change_own_password",
    "create_account",
    "describe_account",
    "display_names_of",
    "find_account",
    "find_account_for_sign_in",
    "find_account_of_subject",
    "find_caller",
    "get_account",
    "get_account_by_login",
    "link_to_subject",
    "list_accounts",
    "list_accounts_by_logins",
    "logins_of",
    "take_password",
]


def create_account(
    session: Session,
    *,
    login: str,
    display_name: str,
    password: str | None,
    roles: Iterable[Role],
    workstation_user_id: int | None = None,
    by: Caller | None,
    now: datetime,
) -> AccountAnswer:
    """`by` None: the service itself. `password` None: never signs in by one. Raises LoginTakenError, as `passwords`."""
    if find_account(session, login):
        raise LoginTakenError(login)
    account = Account(
        login=login,
        display_name=display_name,
        password_hash=_checked_hash(password, login=login, display_name=display_name),
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
        account.password_hash = _checked_hash(password, login=account.login, display_name=account.display_name)
    is_new_password = password is not None
    record(session, AuditTag.ACCOUNT_CHANGED, account_id, by=by, now=now, has_new_password=is_new_password, **given)
    return describe_account(session, account)


def change_own_password(session: Session, caller: Caller, password: str, *, now: datetime) -> None:
    """Whoever calls this has checked the present password, and ends the other sessions."""
    account = get_account(session, caller.account_id)
    account.password_hash = _checked_hash(password, login=account.login, display_name=account.display_name)
    record(session, AuditTag.PASSWORD_CHANGED, account.account_id, by=caller, now=now)


def link_to_subject(session: Session, account: Account, issuer: str, subject: str, *, now: datetime) -> None:
    """From now on the identity provider says who signs in to this account."""
    account.openid_issuer, account.openid_subject = issuer, subject
    record(session, AuditTag.ACCOUNT_CHANGED, account.account_id, by=None, now=now, openid_issuer=issuer)


def take_password(session: Session, account_id: int, *, now: datetime) -> None:
    """From now on the account signs in without a password, or not at all."""
    account = get_account(session, account_id)
    if account.password_hash is not None:
        account.password_hash = None
        record(session, AuditTag.ACCOUNT_CHANGED, account_id, by=None, now=now, has_new_password=False)


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


def _checked_hash(password: str | None, *, login: str, display_name: str) -> str | None:
    if password is None:
        return None
    check_password(password, login=login, display_name=display_name)
    return hash_password(password)


def _check_admin_remains(session: Session, *, without: int) -> None:
    admins = list_account_ids(session, Role.ADMIN)
    others = select(Account.account_id).where(
        Account.account_id.in_(admins), Account.account_id != without, Account.is_active
    )
    if without in admins and session.scalar(others.limit(1)) is None:
        raise LastAdminError
