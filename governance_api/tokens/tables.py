"""Access tokens by their digest, and the failed sign-ins by which guessing is slowed down."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.database import Base, BigId, Id


class AccessToken(Base):
    __tablename__ = "access_tokens"

    access_token_id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("governance.accounts.account_id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SignInFailure(Base):
    __tablename__ = "sign_in_failures"

    sign_in_failure_id: Mapped[BigId]
    login: Mapped[str]
    address: Mapped[str]
    failed_at: Mapped[datetime]
