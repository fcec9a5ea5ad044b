"""Accounts, with their password hashes or with whom their identity provider knows them as."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, validates

from governance_api.database import Base, Id
from governance_api.security.logins import login_key


class Account(Base):
    """`password_hash` None: signs in with a token (a service) or through the identity provider, never by password."""

    __tablename__ = "accounts"

    account_id: Mapped[Id]
    login: Mapped[str]
    login_key: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str | None]
    openid_issuer: Mapped[str | None]
    openid_subject: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    workstation_user_id: Mapped[int | None] = mapped_column(
        ForeignKey("governance.workstation_users.workstation_user_id", use_alter=True)
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (UniqueConstraint("openid_issuer", "openid_subject"),)

    @validates("login")
    def _with_key(self, _: str, login: str) -> str:
        self.login_key = login_key(login)
        return login
