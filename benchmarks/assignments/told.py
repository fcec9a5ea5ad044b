"""What happened to one person, written down as it happened; nothing of what the product makes of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(kw_only=True)
class ToldProject:
    """`closings`: from when to when it was closed, the last one perhaps until now."""

    project_id: int
    starts_on: date
    ends_on: date
    goals: frozenset[str]
    cadence: str
    visibility: str
    tasks: frozenset[str]
    was_opened: bool = False
    is_member: bool = True
    is_deleted: bool = False
    closings: list[list[datetime | None]] = field(default_factory=list)
    pools: frozenset[int] = frozenset()


@dataclass(kw_only=True)
class ToldRequest:
    """With the terms it was filed with."""

    data_request_id: int
    approval_id: int
    project_id: int | None
    starts_on: date
    ends_on: date | None
    goals: frozenset[str]
    cadence: str
    visibility: str
    decision: str = "pending"
    answers: list[tuple[datetime, str]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ToldEvent:
    """Something the person did; `task` is what a start or stop is of."""

    session_id: UUID
    sequence: int
    at: datetime
    kind: str
    task: str = ""


@dataclass(kw_only=True)
class Told:
    """One person's history."""

    workstation_user_id: int
    agent_id: int
    login: str
    token: str
    time_zone: str
    projects: list[ToldProject] = field(default_factory=list)
    requests: list[ToldRequest] = field(default_factory=list)
    events: list[ToldEvent] = field(default_factory=list)
    changed_terms: list[str] = field(default_factory=list)
    """Terms of a project that changed although somebody was asked on them: there should be none."""
