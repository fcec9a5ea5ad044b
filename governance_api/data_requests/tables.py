"""Data requests as they were filed; they never change.

The answers to one belong to `approvals`.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.database import Base, Id

_ACCOUNT = "governance.accounts.account_id"


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
