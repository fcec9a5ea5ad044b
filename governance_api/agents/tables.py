"""Registration keys and agents, both stored with digests of their secrets."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.agents.stages import AgentStage
from governance_api.database import Base, Id, Word


class AgentRegistrationKey(Base):
    __tablename__ = "agent_registration_keys"

    agent_registration_key_id: Mapped[Id]
    name: Mapped[str]
    key_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime | None]
    max_uses: Mapped[int | None]
    use_count: Mapped[int] = mapped_column(server_default="0")
    created_by: Mapped[int] = mapped_column(ForeignKey("governance.accounts.account_id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[datetime | None]


class Agent(Base):
    __tablename__ = "agents"

    agent_id: Mapped[Id]
    workstation_user_id: Mapped[int] = mapped_column(ForeignKey("governance.workstation_users.workstation_user_id"))
    host: Mapped[str]
    agent_version: Mapped[str]
    capabilities: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    stage: Mapped[AgentStage] = mapped_column(Word(AgentStage))
    enrolled_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_seen_at: Mapped[datetime | None]
    health: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    __table_args__ = (UniqueConstraint("workstation_user_id", "host"),)
