"""Recognises agents by their tokens, lists and ends them, and notes their health.

Enrolment is in `enrolment`, keys are in `registration_keys`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance_api.agents.enrolment import end_agent
from governance_api.agents.errors import AgentTokenUnknownError, AgentUnconfirmedError, AgentUnknownError
from governance_api.agents.stages import AgentEnding, AgentStage
from governance_api.agents.tables import Agent
from governance_api.audit.service import AuditTag, record
from governance_api.edge.paging import Page
from governance_api.people.service import get_workstation_user
from governance_api.security.callers import AgentCaller, Caller
from governance_api.security.secrets_at_rest import token_hash


def authenticate_agent(session: Session, token: str) -> AgentCaller:
    """Raises AgentTokenUnknownError also for an uninstalled agent, or of somebody no longer observed.

    One that waits to be confirmed may do nothing: AgentUnconfirmedError.
    """
    agent = session.scalar(select(Agent).where(Agent.token_hash == token_hash(token)))
    person = get_workstation_user(session, agent.workstation_user_id) if agent else None
    if agent is None or person is None or not person.is_active:
        raise AgentTokenUnknownError
    if agent.stage is not AgentStage.INSTALLED:
        raise AgentUnconfirmedError
    return AgentCaller(
        agent_id=agent.agent_id,
        workstation_user_id=agent.workstation_user_id,
        login=person.login,
        host=agent.host,
        is_for_recordings=agent.is_for_recordings,
    )


def revoke_agent(session: Session, agent_id: int, *, by: Caller, now: datetime) -> Agent:
    """Ends its token: from now on it is not recognised."""
    agent = session.get(Agent, agent_id)
    if agent is None:
        raise AgentUnknownError(agent_id)
    if agent.stage is not AgentStage.UNINSTALLED:
        end_agent(agent, AgentEnding.REVOKED, now=now)
    record(session, AuditTag.AGENT_UNINSTALLED, agent_id, by=by, now=now, ending=AgentEnding.REVOKED.value)
    return agent


def note_uninstalled(session: Session, *, by: AgentCaller, now: datetime) -> None:
    """The workstation tells that its agent is gone: its token ends, and installers see it."""
    end_agent(session.get_one(Agent, by.agent_id), AgentEnding.REPORTED, now=now)
    record(session, AuditTag.AGENT_UNINSTALLED, by.agent_id, by=by, now=now, ending=AgentEnding.REPORTED.value)


def note_health(session: Session, health: dict[str, Any], *, by: AgentCaller, now: datetime) -> None:
    agent = session.get_one(Agent, by.agent_id)
    agent.health = health
    agent.last_seen_at = now


def list_agents(session: Session, page: Page) -> list[Agent]:
    return list(session.scalars(page.of(select(Agent), Agent.agent_id.expression)))


def list_other_agents(session: Session, agent: AgentCaller) -> list[Agent]:
    """Of the same person, those that wait and those that are installed: oldest first."""
    others = select(Agent).where(
        Agent.workstation_user_id == agent.workstation_user_id,
        Agent.agent_id != agent.agent_id,
        Agent.stage != AgentStage.UNINSTALLED,
    )
    return list(session.scalars(others.order_by(Agent.agent_id)))
