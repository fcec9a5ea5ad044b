"""Workstation users, their reporting line, and the time zones they had before."""

from datetime import datetime

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column, validates

from governance_api.database import Base, Id
from governance_api.security.logins import login_key


class WorkstationUser(Base):
    __tablename__ = "workstation_users"

    workstation_user_id: Mapped[Id]
    login: Mapped[str]
    login_key: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    time_zone: Mapped[str]
    team: Mapped[str] = mapped_column(server_default="")
    manager_account_id: Mapped[int | None] = mapped_column(ForeignKey("governance.accounts.account_id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    @validates("login")
    def _with_key(self, _: str, login: str) -> str:
        self.login_key = login_key(login)
        return login


class FormerTimeZone(Base):
    """A zone that was registered for somebody, until its end; the zone after it is the next row's, or the person's."""

    __tablename__ = "former_time_zones"

    workstation_user_id: Mapped[int] = mapped_column(
        ForeignKey("governance.workstation_users.workstation_user_id"), primary_key=True
    )
    ended_at: Mapped[datetime] = mapped_column(primary_key=True)
    time_zone: Mapped[str]
