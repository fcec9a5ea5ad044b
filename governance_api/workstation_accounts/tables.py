"""Accounts of operating systems, mapped to the workstation users they belong to."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from domain.identity.workstation_accounts import WorkstationAccount
from governance_api.database import Base, Id


class MappedAccount(Base):
    __tablename__ = "workstation_accounts"

    workstation_account_id: Mapped[Id]
    workstation_user_id: Mapped[int] = mapped_column(ForeignKey("governance.workstation_users.workstation_user_id"))
    account_login: Mapped[str]
    account_domain: Mapped[str]
    account_identifier: Mapped[str]
    mapped_by: Mapped[int] = mapped_column(ForeignKey("governance.accounts.account_id"))
    mapped_at: Mapped[datetime]

    @property
    def account(self) -> WorkstationAccount:
        return WorkstationAccount(self.account_login, self.account_domain, self.account_identifier)
