"""The append-only log, whose rows a trigger of the database keeps from changing; and counts of failed sign-ins."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Dialect, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.audit.tags import FORMER_TAGS, AuditTag
from governance_api.database import Base, BigId, Word
from governance_api.errors import WayIn


class Tag(Word):
    """Tags as they are told: those of `FORMER_TAGS` by the word that stands for them now."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(AuditTag)

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        return FORMER_TAGS.get(value) or super().process_result_value(value, dialect)


class AuditEntry(Base):
    __tablename__ = "audit_entries"

    audit_entry_id: Mapped[BigId]
    occurred_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("governance.accounts.account_id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("governance.agents.agent_id"))
    tag: Mapped[AuditTag] = mapped_column(Tag)
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
