"""Data requests as they were filed, and one approval for each person named in them.

A data request never changes; its approvals change by `approvals.service` only.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.data_requests.decisions import Decision
from governance_api.database import Base, Id, Word

_ACCOUNT = "governance.accounts.account_id"
_WORKSTATION_USER = "governance.workstation_users.workstation_user_id"


class DataRequest(Base):
    __tablename__ = "data_requests"

    data_request_id: Mapped[Id]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    purpose: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("governance.projects.project_id"))
    requested_by: Mapped[int] = mapped_column(ForeignKey(_ACCOUNT))
    on_behalf_of: Mapped[int | None] = mapped_column(ForeignKey(_ACCOUNT))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Approval(Base):
    __tablename__ = "approvals"

    approval_id: Mapped[Id]
    data_request_id: Mapped[int] = mapped_column(ForeignKey("governance.data_requests.data_request_id"))
    workstation_user_id: Mapped[int] = mapped_column(ForeignKey(_WORKSTATION_USER))
    decision: Mapped[Decision] = mapped_column(Word(Decision), server_default="pending")
    reason: Mapped[str | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("governance.accounts.account_id"))
    decided_at: Mapped[datetime | None]
    decision_seq: Mapped[int | None] = mapped_column(BigInteger, unique=True)

    __table_args__ = (UniqueConstraint("data_request_id", "workstation_user_id"),)
