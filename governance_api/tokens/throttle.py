"""Limits how often somebody may guess: failures are counted per login and address, per login, and per address.

A login from its usual address is not shut out by guesses from one other address; many addresses together are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from governance_api.tokens.errors import TooManySignInsError
from governance_api.tokens.tables import SignInFailure

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Failures within the window after which the next attempt has to wait."""

    per_login_and_address: int = 5
    per_login: int = 50
    per_address: int = 100


def check_attempts(session: Session, *, login: str, address: str, now: datetime, limits: Limits) -> None:
    """Raises TooManySignInsError while one of the counts is used up."""
    same_login = SignInFailure.login == login
    same_address = SignInFailure.address == address
    counted: tuple[tuple[ColumnElement[bool], int], ...] = (
        (and_(same_login, same_address), limits.per_login_and_address),
        (same_login, limits.per_login),
        (same_address, limits.per_address),
    )
    for condition, limit in counted:
        recent = select(SignInFailure.failed_at).where(condition, SignInFailure.failed_at > now - WINDOW)
        # The oldest of the newest `limit` failures: when it leaves the window, there is room for one more.
        oldest = session.scalar(recent.order_by(SignInFailure.failed_at.desc()).offset(limit - 1).limit(1))
        if oldest is not None:
            raise TooManySignInsError(retry_after_seconds=max(1, round((oldest + WINDOW - now).total_seconds())))


def note_failure(session: Session, *, login: str, address: str, now: datetime) -> None:
    """Also forgets what has left the window: the table stays as small as the guessing."""
    session.execute(delete(SignInFailure).where(SignInFailure.failed_at <= now - WINDOW))
    session.add(SignInFailure(login=login, address=address, failed_at=now))


def forget_failures(session: Session, *, login: str, address: str) -> None:
    session.execute(delete(SignInFailure).where(SignInFailure.login == login, SignInFailure.address == address))
