"""Registration keys and agents, both stored with digests of their secrets."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.agents.stages import AgentEnding, AgentStage
from governance_api.database import Base, Id, Word


class AgentRegistrationKey(Base):
    """For the people listed, or for those of a team; never for anybody else."""

    __tablename__ = "agent_registration_keys"

    agent_registration_key_id: Mapped[Id]
    name: Mapped[str]
    key_hash: Mapped[str] = mapped_column(unique=True)
    workstation_user_ids: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
    team: Mapped[str | None]
    expires_at: Mapped[datetime]
    max_uses: Mapped[int]
    use_count: Mapped[int] = mapped_column(server_default="0")
    created_by: Mapped[int] = mapped_column(ForeignKey("governance.accounts.account_id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[datetime | None]


class Agent(Base):
    """`account` is the operating system's at its workstation (a `WorkstationAccount`); early agents told none.

    `is_for_recordings`: an installer's, it delivers what another tool recorded and answers for nobody.
    """

    __tablename__ = "agents"

    agent_id: Mapped[Id]
    workstation_user_id: Mapped[int] = mapped_column(ForeignKey("governance.workstation_users.workstation_user_id"))
    host: Mapped[str]
    account: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    is_for_recordings: Mapped[bool] = mapped_column(default=False)
    agent_version: Mapped[str]
    capabilities: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    stage: Mapped[AgentStage] = mapped_column(Word(AgentStage))
    enrolled_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    ending: Mapped[AgentEnding | None] = mapped_column(Word(AgentEnding))
    last_seen_at: Mapped[datetime | None]
    health: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
