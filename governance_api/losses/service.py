"""Adds the losses that agents and pipelines report, and totals them with those that ingestion counted itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from governance_api.losses.reporters import Reporter
from governance_api.losses.schemas import LossTotalAnswer
from governance_api.losses.tables import Loss
from governance_api.security.callers import AgentCaller


def report_losses(
    session: Session, losses: Sequence[dict[str, Any]], *, report_key: str | None, by: AgentCaller, now: datetime
) -> int:
    """Returns how many were new: a report sent again under its key counts once."""
    common = {
        "agent_id": by.agent_id,
        "workstation_user_id": by.workstation_user_id,
        "reported_by": Reporter.AGENT,
        "report_key": report_key,
        "recorded_at": now,
    }
    return _add(session, losses, common)


def report_set_aside(session: Session, losses: Sequence[dict[str, Any]], *, report_key: str, now: datetime) -> int:
    """The same of the pipelines, whose reports name no agent and nobody."""
    return _add(session, losses, {"reported_by": Reporter.PIPELINES, "report_key": report_key, "recorded_at": now})


def _add(session: Session, losses: Sequence[dict[str, Any]], common: dict[str, Any]) -> int:
    if not losses:
        return 0
    adding = insert(Loss).values([{**loss, **common} for loss in losses]).on_conflict_do_nothing()
    return len(session.scalars(adding.returning(Loss.loss_id)).all())


def list_totals(session: Session) -> list[LossTotalAnswer]:
    """Totals by reason, without anybody's name."""
    statement = (
        select(
            Loss.reason,
            Loss.reported_by,
            func.sum(Loss.event_count).label("event_count"),
            func.min(Loss.first_at).label("first_at"),
            func.max(Loss.last_at).label("last_at"),
        )
        .group_by(Loss.reason, Loss.reported_by)
        .order_by(Loss.reason, Loss.reported_by)
    )
    return [
        LossTotalAnswer(**{**row._mapping, "event_count": int(row.event_count)}) for row in session.execute(statement)
    ]
