"""The append-only log, whose rows a trigger of the database keeps from changing; and counts of failed sign-ins."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.audit.tags import AuditTag
from governance_api.database import Base, BigId, Word
from governance_api.errors import WayIn


class AuditEntry(Base):
    __tablename__ = "audit_entries"

    audit_entry_id: Mapped[BigId]
    occurred_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("governance.accounts.account_id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("governance.agents.agent_id"))
    tag: Mapped[AuditTag] = mapped_column(Word(AuditTag))
    noun_id: Mapped[str]
    facts: Mapped[dict[str, Any]]
    previous_digest: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)


class FailedSignIns(Base):
    """One row per way, account (its id, or a word) and address, as far as it may be told, from `first_at` on."""

    __tablename__ = "failed_sign_ins"

    way_in: Mapped[WayIn] = mapped_column(Word(WayIn), primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    failed_count: Mapped[int]
    told_count: Mapped[int]
