"""Approvals and the collection windows they open.

The person's own answer belongs to `consents`.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.database import Base, Id

_WORKSTATION_USER = "governance.workstation_users.workstation_user_id"


class Approval(Base):
    __tablename__ = "approvals"

    approval_id: Mapped[Id]
    data_request_id: Mapped[int] = mapped_column(ForeignKey("governance.data_requests.data_request_id"))
    workstation_user_id: Mapped[int] = mapped_column(ForeignKey(_WORKSTATION_USER))
    decision: Mapped[str] = mapped_column(server_default="pending")
    reason: Mapped[str | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("governance.accounts.account_id"))
    decided_at: Mapped[datetime | None]
    decision_seq: Mapped[int | None] = mapped_column(BigInteger, unique=True)

    __table_args__ = (UniqueConstraint("data_request_id", "workstation_user_id"),)


class StoredWindow(Base):
    __tablename__ = "collection_windows"

    collection_window_id: Mapped[Id]
    approval_id: Mapped[int] = mapped_column(ForeignKey("governance.approvals.approval_id"))
    workstation_user_id: Mapped[int] = mapped_column(ForeignKey(_WORKSTATION_USER))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
