"""Sessions by the digest of their secret, and what slows guessing down: failures, and where accounts signed in from."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.database import Base, BigId, Id, Word


class SessionKind(StrEnum):
    """Grammar: who carries the secret. A secret of one kind is never accepted in place of another."""

    TOKEN = "token"  # noqa: S105 - a word: sent by a program as `Authorization: Bearer …`
    BROWSER = "browser"
    """sent by a browser as a cookie"""
    SERVICE = "service"
    """given by the environment to a process of the product; does not expire"""


class AccessToken(Base):
    """One session: it began at `created_at`, and ends at `expires_at`, when it was idle for too long, or when somebody
    ended it, at `ended_at`. The row stays for a while, so that an ended session is told from a made-up one."""

    __tablename__ = "access_tokens"

    access_token_id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("governance.accounts.account_id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[SessionKind] = mapped_column(Word(SessionKind))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    address: Mapped[str]
    client: Mapped[str]


class SignInFailure(Base):
    __tablename__ = "sign_in_failures"

    sign_in_failure_id: Mapped[BigId]
    login_key: Mapped[str]
    address: Mapped[str]
    failed_at: Mapped[datetime]


class KnownAddress(Base):
    """An address from which an account has signed in: guesses made elsewhere do not shut it out."""

    __tablename__ = "known_addresses"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("governance.accounts.account_id", ondelete="CASCADE"), primary_key=True
    )
    address: Mapped[str] = mapped_column(primary_key=True)
    last_signed_in_at: Mapped[datetime]
