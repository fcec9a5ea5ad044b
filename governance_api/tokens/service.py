"""Signs accounts in by password and lets them change it; sessions are in `sessions`, the limits in `throttle`."""

from datetime import datetime

from sqlalchemy.orm import Session

from governance_api.accounts.service import change_own_password, find_account_for_sign_in, get_account
from governance_api.database import lock_until_commit
from governance_api.errors import GovernanceError
from governance_api.security.callers import Caller
from governance_api.security.logins import login_key
from governance_api.security.secrets_at_rest import is_password
from governance_api.settings import EVERYBODY
from governance_api.tokens.errors import CurrentPasswordRefusedError, LocalSignInOffError, SignInRefusedError
from governance_api.tokens.schemas import SessionAnswer, TokenAnswer
from governance_api.tokens.sessions import (
    address_rule,
    describe_session,
    end_other_sessions,
    end_session,
    give_service_token,
    list_sessions,
    open_session,
    recognise,
    revoke_all_tokens,
    told_address,
)
from governance_api.tokens.tables import SessionKind
from governance_api.tokens.throttle import Attempt, Limits, check_attempt, note_failure, note_success

__all__ = [
    "SessionAnswer",
    "SessionKind",
    "TokenAnswer",
    "address_rule",
    "authenticate",
    "authenticate_browser",
    "authenticate_person",
    "change_password",
    "describe_session",
    "end_other_sessions",
    "end_session",
    "give_service_token",
    "issue_token",
    "list_sessions",
    "open_session",
    "revoke_all_tokens",
    "told_address",
]


def issue_token(
    session: Session,
    *,
    login: str,
    password: str,
    kind: SessionKind = SessionKind.TOKEN,
    address: str,
    client: str = "",
    local_sign_in: str = EVERYBODY,
    now: datetime,
) -> TokenAnswer:
    """Raises SignInRefusedError, TooManySignInsError, LocalSignInOffError.

    Attempts for one login from one address wait for each other.
    """
    account = find_account_for_sign_in(session, login)
    account_id = account.account_id if account else None
    if local_sign_in != EVERYBODY and login_key(login) != login_key(local_sign_in):
        raise LocalSignInOffError(account_id)
    attempt = Attempt(login_key=login_key(login), address=address, account_id=account_id, at=now)
    password_hash = account.password_hash if account else None
    _check_password(session, attempt, password, password_hash, refusal=SignInRefusedError(account_id))
    if account is None:
        raise SignInRefusedError(None)
    return open_session(session, account.account_id, kind=kind, address=address, client=client, now=now)


def change_password(
    session: Session, caller: Caller, *, current_password: str, new_password: str, address: str, now: datetime
) -> int:
    """Guesses at the current password are counted like sign-ins. Ends all other sessions; how many they were."""
    account = get_account(session, caller.account_id)
    attempt = Attempt(login_key=account.login_key, address=address, account_id=account.account_id, at=now)
    refusal = CurrentPasswordRefusedError(caller.account_id)
    _check_password(session, attempt, current_password, account.password_hash, refusal=refusal)
    change_own_password(session, caller, new_password, now=now)
    return end_other_sessions(session, caller, now=now)


def authenticate(session: Session, token: str, *, now: datetime) -> Caller:
    """Whom a token speaks for. Raises TokenUnknownError, which does not say why."""
    return recognise(session, token, kinds=(SessionKind.TOKEN, SessionKind.SERVICE), now=now)


def authenticate_browser(session: Session, token: str, *, now: datetime) -> Caller:
    """Whom a cookie speaks for. Raises TokenUnknownError."""
    return recognise(session, token, kinds=(SessionKind.BROWSER,), now=now)


def authenticate_person(session: Session, token: str, *, now: datetime) -> Caller:
    """Whom the cookie or the token of a person speaks for, as another server of the product was shown it; a service has
    nothing to do there. Raises TokenUnknownError."""
    return recognise(session, token, kinds=(SessionKind.BROWSER, SessionKind.TOKEN), now=now)


def _check_password(
    session: Session, attempt: Attempt, password: str, password_hash: str | None, *, refusal: GovernanceError
) -> None:
    """Parallel guesses from one address are counted like those in a row."""
    lock_until_commit(session, f"sign-in {attempt.login_key} {attempt.address}")
    check_attempt(session, attempt, limits=Limits())
    if not is_password(password, password_hash):
        note_failure(session, attempt)
        raise refusal
    note_success(session, attempt)
