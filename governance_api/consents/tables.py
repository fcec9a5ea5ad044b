"""Every answer ever given, and at which agent; `service` says which counts where. Managers never see these rows."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from domain.assignments.terms import ConsentState
from governance_api.database import Base, Id, Word


class Consent(Base):
    __tablename__ = "consents"

    consent_id: Mapped[Id]
    approval_id: Mapped[int] = mapped_column(ForeignKey("governance.approvals.approval_id"))
    workstation_user_id: Mapped[int] = mapped_column(ForeignKey("governance.workstation_users.workstation_user_id"))
    answer: Mapped[ConsentState] = mapped_column(Word(ConsentState))
    text: Mapped[str]
    answered_at: Mapped[datetime]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("governance.agents.agent_id"))
