"""Finds accounts, describes them with their roles, and makes callers of them.

As many queries for a thousand accounts as for one.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance_api.accounts.errors import (
    AccountUnknownError,
)
from governance_api.accounts.schemas import AccountAnswer
from governance_api.accounts.tables import Account
from governance_api.edge.paging import Page
from governance_api.roles.service import roles_of
from governance_api.security.callers import Caller
from governance_api.security.logins import login_key
from governance_api.security.roles import with_contained


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


def list_accounts_by_logins(session: Session, logins: Iterable[str]) -> list[AccountAnswer]:
    """Those there are, with their roles; in two queries."""
    keys = {login_key(login) for login in logins}
    accounts = session.scalars(select(Account).where(Account.login_key.in_(keys))).all()
    return describe_accounts(session, accounts)


def callers_by_login_key(session: Session, logins: Iterable[str]) -> dict[str, Caller]:
    """`login_key` → the account as somebody who asks, of those there are and that are not closed."""
    keys = {login_key(login) for login in logins}
    account_ids = session.scalars(select(Account.account_id).where(Account.login_key.in_(keys))).all()
    return {login_key(caller.login): caller for caller in callers_by_id(session, account_ids).values()}


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
    return session.scalar(select(Account).where(Account.login_key == login_key(login)))


def find_account_of_subject(session: Session, issuer: str, subject: str) -> Account | None:
    """The account of somebody by the number that an identity provider gives them for good."""
    return session.scalar(select(Account).where(Account.openid_issuer == issuer, Account.openid_subject == subject))


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
