"""Makes a session of what the identity provider says, and an account of whoever is here for the first time."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from governance_api.accounts.service import (
    Account,
    assign_roles,
    change_account,
    create_account,
    find_account,
    find_account_of_subject,
    link_to_subject,
)
from governance_api.openid.claims import Identity, identity_of
from governance_api.openid.errors import AccountClosedError, LoginOfAnotherError, NoRoleHereError
from governance_api.openid.provider import Provider
from governance_api.roles.service import list_roles
from governance_api.security.roles import SERVICES
from governance_api.tokens.service import SessionKind, TokenAnswer, open_session, revoke_all_tokens

__all__ = ["Provider", "finish_sign_in"]


def finish_sign_in(
    session: Session,
    provider: Provider,
    *,
    secret: str,
    answer: Mapping[str, str],
    address: str,
    client: str,
    now: datetime,
) -> TokenAnswer:
    """Raises as `provider` and what stands in `errors`. Roles follow the groups at every sign-in."""
    identity = identity_of(provider.finish(secret, answer), provider.settings)
    account = _account_of(session, identity, now=now)
    if not account.is_active:
        raise AccountClosedError(account.login, account.account_id)
    if identity.display_name != account.display_name:
        change_account(session, account.account_id, display_name=identity.display_name, by=None, now=now)
    if identity.roles is not None and set(list_roles(session, account.account_id)) != identity.roles:
        assign_roles(session, account.account_id, identity.roles, by=None, now=now)
    if identity.roles is not None and not identity.roles:
        revoke_all_tokens(session, account.account_id, now=now)
        raise NoRoleHereError(identity.login, account.account_id)
    return open_session(session, account.account_id, kind=SessionKind.BROWSER, address=address, client=client, now=now)


def _account_of(session: Session, identity: Identity, *, now: datetime) -> Account:
    """By the provider's own number for the person; a login can be given to somebody else."""
    account = find_account_of_subject(session, identity.issuer, identity.subject)
    if account is not None:
        return account
    account = find_account(session, identity.login)
    if account is None:
        if identity.roles is not None and not identity.roles:
            raise NoRoleHereError(identity.login)
        create_account(
            session,
            login=identity.login,
            display_name=identity.display_name,
            password=None,
            roles=identity.roles or (),
            by=None,
            now=now,
        )
        account = find_account(session, identity.login)
    is_taken = account is None or account.password_hash is not None or account.openid_subject is not None
    if account is None or is_taken or SERVICES.intersection(list_roles(session, account.account_id)):
        raise LoginOfAnotherError(identity.login, account.account_id if account else None)
    link_to_subject(session, account, identity.issuer, identity.subject, now=now)
    return account
