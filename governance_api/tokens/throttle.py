"""Limits how often somebody may guess: failures are counted per account and address, and more slowly per account.

Nobody's failures shut out others: another address has a count of its own, and an address from which the account has
signed in before is not held back by the count of the account. Unknown logins are counted like accounts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from governance_api.tokens.errors import TooManySignInsError
from governance_api.tokens.tables import KnownAddress, SignInFailure

WINDOW = timedelta(minutes=15)
KNOWN_ADDRESSES = 50


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Failures within the window after which the next attempt has to wait."""

    per_account_and_address: int = 5
    per_account: int = 50


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Somebody at an address claims to be an account (None: there is none of that login)."""

    login_key: str
    address: str
    account_id: int | None
    at: datetime


def check_attempt(session: Session, attempt: Attempt, *, limits: Limits) -> None:
    """Raises TooManySignInsError while a count is used up."""
    same_account = SignInFailure.login_key == attempt.login_key
    here = and_(same_account, SignInFailure.address == attempt.address)
    _check_count(session, here, limits.per_account_and_address, attempt)
    if not _is_known(session, attempt):
        _check_count(session, same_account, limits.per_account, attempt)


def note_failure(session: Session, attempt: Attempt) -> None:
    """Also forgets what has left the window: the table stays as small as the guessing."""
    session.execute(delete(SignInFailure).where(SignInFailure.failed_at <= attempt.at - WINDOW))
    session.add(SignInFailure(login_key=attempt.login_key, address=attempt.address, failed_at=attempt.at))


def note_success(session: Session, attempt: Attempt) -> None:
    """Forgets the failures made here, and remembers the newest addresses of the account."""
    here = (SignInFailure.login_key == attempt.login_key, SignInFailure.address == attempt.address)
    session.execute(delete(SignInFailure).where(*here))
    known = insert(KnownAddress).values(
        account_id=attempt.account_id, address=attempt.address, last_signed_in_at=attempt.at
    )
    keys = [KnownAddress.account_id, KnownAddress.address]
    session.execute(known.on_conflict_do_update(index_elements=keys, set_={"last_signed_in_at": attempt.at}))
    own = KnownAddress.account_id == attempt.account_id
    newest = select(KnownAddress.address).where(own).order_by(KnownAddress.last_signed_in_at.desc())
    session.execute(delete(KnownAddress).where(own, KnownAddress.address.not_in(newest.limit(KNOWN_ADDRESSES))))


def _is_known(session: Session, attempt: Attempt) -> bool:
    return (
        attempt.account_id is not None and session.get(KnownAddress, (attempt.account_id, attempt.address)) is not None
    )


def _check_count(session: Session, condition: ColumnElement[bool], limit: int, attempt: Attempt) -> None:
    recent = select(SignInFailure.failed_at).where(condition, SignInFailure.failed_at > attempt.at - WINDOW)
    # The oldest of the newest `limit` failures: when it leaves the window, there is room for one more.
    oldest = session.scalar(recent.order_by(SignInFailure.failed_at.desc()).offset(limit - 1).limit(1))
    if oldest is not None:
        wait = max(1, round((oldest + WINDOW - attempt.at).total_seconds()))
        raise TooManySignInsError(attempt.account_id, retry_after_seconds=wait)
