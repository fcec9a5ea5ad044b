"""Data requests as they were filed, and one approval for each person named in them.

A data request never changes, nor do the terms it was filed with; its approvals change by `approvals.service` only.
"""

from datetime import date, datetime

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from domain.aliases import AnonymizationLevel
from domain.assignments.terms import Cadence, Goal, Terms, Visibility
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
    goals: Mapped[list[Goal]] = mapped_column(ARRAY(Word(Goal)), server_default="{overall_activity}")
    collection_cadence: Mapped[Cadence] = mapped_column(Word(Cadence), server_default="continuous")
    visibility: Mapped[Visibility] = mapped_column(Word(Visibility), server_default="group")
    anonymization_level: Mapped[AnonymizationLevel] = mapped_column(
        Word(AnonymizationLevel), server_default="anonymized_code"
    )
    applications_with_named_content: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    requested_by: Mapped[int] = mapped_column(ForeignKey(_ACCOUNT))
    on_behalf_of: Mapped[int | None] = mapped_column(ForeignKey(_ACCOUNT))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    @property
    def is_targeted(self) -> bool:
        return self.collection_cadence is Cadence.TARGETED

    @property
    def terms(self) -> Terms:
        return Terms(
            goals=frozenset(self.goals),
            cadence=self.collection_cadence,
            visibility=self.visibility,
            anonymization_level=self.anonymization_level,
            applications_with_named_content=frozenset(self.applications_with_named_content),
        )


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
