"""Mining jobs, their progress and their outcome."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from governance_api.database import Base, BigId, Word
from governance_api.mining_jobs.states import State


class MiningJob(Base):
    __tablename__ = "mining_jobs"

    mining_job_id: Mapped[BigId]
    project_id: Mapped[int] = mapped_column(ForeignKey("governance.projects.project_id"))
    rule_set_version: Mapped[int] = mapped_column(ForeignKey("governance.rule_sets.rule_set_version"))
    state: Mapped[State] = mapped_column(Word(State), server_default="requested")
    requested_by: Mapped[int] = mapped_column(ForeignKey("governance.accounts.account_id"))
    requested_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    progress: Mapped[str] = mapped_column(server_default="")
    row_counts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    error: Mapped[str | None]
    run_id: Mapped[str | None]
    missing: Mapped[list[Any]] = mapped_column(server_default="[]")
    assignments: Mapped[list[Any]] = mapped_column(server_default="[]")
