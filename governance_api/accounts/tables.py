"""Accounts and their password hashes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.database import Base, Id


class Account(Base):
    __tablename__ = "accounts"

    account_id: Mapped[Id]
    login: Mapped[str] = mapped_column()
    display_name: Mapped[str]
    password_hash: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)
    workstation_user_id: Mapped[int | None] = mapped_column(
        ForeignKey("governance.workstation_users.workstation_user_id", use_alter=True)
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("accounts_login_key", func.lower(login), unique=True),)
