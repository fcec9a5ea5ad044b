"""Counts of lost events, as agents and ingestion report them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from domain.losses import LossReason
from governance_api.database import Base, Big, BigId, Word
from governance_api.losses.reporters import Reporter


class Loss(Base):
    __tablename__ = "losses"

    loss_id: Mapped[BigId]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("governance.agents.agent_id"))
    workstation_user_id: Mapped[int | None] = mapped_column(
        ForeignKey("governance.workstation_users.workstation_user_id")
    )
    reason: Mapped[LossReason] = mapped_column(Word(LossReason))
    event_count: Mapped[Big]
    first_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    reported_by: Mapped[Reporter] = mapped_column(Word(Reporter))
    report_key: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("losses_report_key", "agent_id", "report_key", "reason", unique=True),)
