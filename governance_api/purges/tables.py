"""Reports of purges, one row each."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.database import Base, Id


class Purge(Base):
    __tablename__ = "purges"

    purge_id: Mapped[Id]
    report: Mapped[dict[str, Any]]
    reported_by: Mapped[int] = mapped_column(ForeignKey("governance.accounts.account_id"))
    reported_at: Mapped[datetime] = mapped_column(server_default=func.now())
