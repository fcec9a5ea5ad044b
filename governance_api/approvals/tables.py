"""The collection windows that approvals open; the approvals themselves are rows of `data_requests`."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.database import Base, Id

_WORKSTATION_USER = "governance.workstation_users.workstation_user_id"


class StoredWindow(Base):
    __tablename__ = "collection_windows"

    collection_window_id: Mapped[Id]
    approval_id: Mapped[int] = mapped_column(ForeignKey("governance.approvals.approval_id"))
    workstation_user_id: Mapped[int] = mapped_column(ForeignKey(_WORKSTATION_USER))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
