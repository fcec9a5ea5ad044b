"""Rule sets by version, with their rules and application replacements."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.activity_states import ActivityKind
from governance_api.database import Base, Word

_VERSION = "governance.rule_sets.rule_set_version"


class StoredRule(Base):
    __tablename__ = "categorization_rules"

    rule_set_version: Mapped[int] = mapped_column(ForeignKey(_VERSION), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(server_default="")
    condition: Mapped[dict[str, Any]]
    activity_kind: Mapped[ActivityKind] = mapped_column(Word(ActivityKind))
    category: Mapped[str]
    application: Mapped[str | None]
    window_name: Mapped[str | None]


class StoredReplacement(Base):
    __tablename__ = "application_replacements"

    rule_set_version: Mapped[int] = mapped_column(ForeignKey(_VERSION), primary_key=True)
    executable: Mapped[str] = mapped_column(primary_key=True)
    application: Mapped[str]


class StoredRuleSet(Base):
    __tablename__ = "rule_sets"

    rule_set_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[str]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("governance.accounts.account_id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    rules: Mapped[list[StoredRule]] = relationship(order_by=StoredRule.rank)
    replacements: Mapped[list[StoredReplacement]] = relationship(order_by=StoredReplacement.executable)
