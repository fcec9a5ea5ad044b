"""Creates registration keys, enrols agents with them, and recognises an agent by its token."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from governance_api.agents.errors import (
    AgentTokenUnknownError,
    AgentUnknownError,
    LoginNotRegisteredError,
    RegistrationKeyRefusedError,
    RegistrationKeyUnknownError,
)
from governance_api.agents.schemas import CreatedKeyAnswer, EnrolmentAnswer
from governance_api.agents.stages import AgentStage
from governance_api.agents.tables import Agent, AgentRegistrationKey
from governance_api.audit.service import AuditTag, record
from governance_api.edge.paging import Page
from governance_api.people.service import find_workstation_user, get_workstation_user
from governance_api.security.callers import AgentCaller, Caller
from governance_api.security.secrets_at_rest import new_token, token_hash

TOKEN_PREFIX = "tm_agent"  # noqa: S105 - what tokens begin with, none itself
KEY_PREFIX = "tm_key"


def create_registration_key(
    session: Session, *, name: str, expires_at: datetime | None, max_uses: int | None, by: Caller, now: datetime
) -> CreatedKeyAnswer:
    key = new_token(KEY_PREFIX)
    stored = AgentRegistrationKey(
        name=name,
        key_hash=token_hash(key),
        expires_at=expires_at,
        max_uses=max_uses,
        use_count=0,
        created_by=by.account_id,
        created_at=now,
    )
    session.add(stored)
    session.flush()
    key_id = stored.agent_registration_key_id
    record(session, AuditTag.REGISTRATION_KEY_CREATED, key_id, by=by, now=now, name=name, max_uses=max_uses)
    return CreatedKeyAnswer(agent_registration_key_id=key_id, registration_key=key)


def revoke_registration_key(session: Session, key_id: int, *, by: Caller, now: datetime) -> None:
    stored = session.get(AgentRegistrationKey, key_id)
    if stored is None:
        raise RegistrationKeyUnknownError(key_id)
    stored.revoked_at = stored.revoked_at or now
    record(session, AuditTag.REGISTRATION_KEY_REVOKED, key_id, by=by, now=now, name=stored.name)


def list_registration_keys(session: Session, page: Page) -> list[AgentRegistrationKey]:
    key = AgentRegistrationKey.agent_registration_key_id.expression
    return list(session.scalars(page.of(select(AgentRegistrationKey), key)))


def enrol(
    session: Session,
    *,
    registration_key: str,
    login: str,
    host: str,
    agent_version: str,
    capabilities: dict[str, Any],
    now: datetime,
) -> EnrolmentAnswer:
    """One agent per person and workstation: enrolling again gives a new token and ends the old one."""
    _use_key(session, registration_key, now=now)
    person = find_workstation_user(session, login)
    if person is None or not person.is_active:
        raise LoginNotRegisteredError(login)
    condition = (Agent.workstation_user_id == person.workstation_user_id, Agent.host == host)
    agent = session.scalar(select(Agent).where(*condition).with_for_update())
    agent = agent or Agent(workstation_user_id=person.workstation_user_id, host=host)
    token = new_token(TOKEN_PREFIX)
    agent.agent_version = agent_version
    agent.capabilities = capabilities
    agent.token_hash = token_hash(token)
    agent.stage = AgentStage.INSTALLED
    agent.enrolled_at = agent.last_seen_at = now
    session.add(agent)
    session.flush()
    caller = _caller(agent, person.login)
    record(session, AuditTag.AGENT_ENROLLED, agent.agent_id, by=caller, now=now, login=person.login, host=host)
    return EnrolmentAnswer(agent_id=agent.agent_id, agent_token=token, workstation_user_id=person.workstation_user_id)


def authenticate_agent(session: Session, token: str) -> AgentCaller:
    """Raises AgentTokenUnknownError also for an uninstalled agent, or of somebody no longer observed."""
    agent = session.scalar(select(Agent).where(Agent.token_hash == token_hash(token)))
    person = get_workstation_user(session, agent.workstation_user_id) if agent else None
    if agent is None or person is None or not person.is_active:
        raise AgentTokenUnknownError
    return _caller(agent, person.login)


def uninstall_agent(session: Session, agent_id: int, *, by: Caller, now: datetime) -> Agent:
    """Ends its token: from now on it is not recognised."""
    agent = session.get(Agent, agent_id)
    if agent is None:
        raise AgentUnknownError(agent_id)
    agent.stage = AgentStage.UNINSTALLED
    agent.token_hash = None
    record(session, AuditTag.AGENT_UNINSTALLED, agent_id, by=by, now=now)
    return agent


def note_health(session: Session, health: dict[str, Any], *, by: AgentCaller, now: datetime) -> None:
    agent = session.get_one(Agent, by.agent_id)
    agent.health = health
    agent.last_seen_at = now


def list_agents(session: Session, page: Page) -> list[Agent]:
    return list(session.scalars(page.of(select(Agent), Agent.agent_id.expression)))


def _use_key(session: Session, registration_key: str, *, now: datetime) -> None:
    keys = AgentRegistrationKey
    valid = select(keys).where(
        keys.key_hash == token_hash(registration_key),
        keys.revoked_at.is_(None),
        or_(keys.expires_at.is_(None), keys.expires_at > now),
        or_(keys.max_uses.is_(None), keys.use_count < keys.max_uses),
    )
    key = session.scalar(valid.with_for_update())
    if key is None:
        raise RegistrationKeyRefusedError
    key.use_count += 1


def _caller(agent: Agent, login: str) -> AgentCaller:
    return AgentCaller(
        agent_id=agent.agent_id, workstation_user_id=agent.workstation_user_id, login=login, host=agent.host
    )
