"""The append-only log. A trigger of the database refuses every change of a row once added."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.audit.tags import AuditTag
from governance_api.database import Base, BigId, Word


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
