"""Signs accounts in and out, and recognises who calls by the token."""

from datetime import datetime, timedelta

from fastapi import Request
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance_api.accounts.service import find_account_for_sign_in, find_caller
from governance_api.audit.service import AuditTag, record
from governance_api.database import lock_until_commit
from governance_api.security.callers import Caller
from governance_api.security.secrets_at_rest import is_password, new_token, token_hash
from governance_api.tokens.errors import SignInRefusedError, TokenUnknownError
from governance_api.tokens.schemas import TokenAnswer
from governance_api.tokens.tables import AccessToken
from governance_api.tokens.throttle import Limits, check_attempts, forget_failures, note_failure

PREFIX = "tm_account"


def address_of(request: Request) -> str:
    """Where an attempt comes from."""
    return request.client.host if request.client else ""


def issue_token(
    session: Session,
    *,
    login: str,
    password: str,
    address: str,
    hours: int,
    now: datetime,
    limits: Limits | None = None,
) -> TokenAnswer:
    """Attempts for one login wait for each other: parallel guesses are counted like those in a row."""
    known_as = login.lower()
    lock_until_commit(session, f"sign-in {known_as}")
    check_attempts(session, login=known_as, address=address, now=now, limits=limits or Limits())
    account = find_account_for_sign_in(session, login)
    if not is_password(password, account.password_hash if account else None) or account is None:
        note_failure(session, login=known_as, address=address, now=now)
        raise SignInRefusedError
    forget_failures(session, login=known_as, address=address)
    session.execute(delete(AccessToken).where(AccessToken.expires_at <= now))
    token = new_token(PREFIX)
    expires_at = now + timedelta(hours=hours)
    stored = AccessToken(
        account_id=account.account_id, token_hash=token_hash(token), created_at=now, expires_at=expires_at
    )
    session.add(stored)
    session.flush()
    caller = find_caller(session, account.account_id)
    record(session, AuditTag.TOKEN_ISSUED, stored.access_token_id, by=caller, now=now, expires_at=expires_at)
    return TokenAnswer(access_token=token, expires_at=expires_at)


def authenticate(session: Session, token: str, *, now: datetime) -> Caller:
    """Raises TokenUnknownError, which does not say why."""
    statement = select(AccessToken).where(AccessToken.token_hash == token_hash(token), AccessToken.expires_at > now)
    found = session.scalar(statement)
    caller = find_caller(session, found.account_id, access_token_id=found.access_token_id) if found else None
    if caller is None:
        raise TokenUnknownError
    return caller


def revoke_token(session: Session, caller: Caller, *, now: datetime) -> None:
    session.execute(delete(AccessToken).where(AccessToken.access_token_id == caller.access_token_id))
    record(session, AuditTag.TOKEN_REVOKED, caller.access_token_id, by=caller, now=now)


def revoke_all_tokens(session: Session, account_id: int) -> None:
    """After a change of password or the closing of an account."""
    session.execute(delete(AccessToken).where(AccessToken.account_id == account_id))
