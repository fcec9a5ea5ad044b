"""Makes agents known: the key says for whom, the operating system's account who it is, a first agent whether it is so.

A person's first agent is installed at once; every further one waits until it is confirmed, and the first lives on.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from domain.identity.workstation_accounts import WorkstationAccount
from governance_api.agents.errors import (
    AgentUnknownError,
    EnrolmentSettledError,
    EnrolmentUnknownError,
    WorkstationAccountRefusedError,
)
from governance_api.agents.registration_keys import get_good_key, people_of_key
from governance_api.agents.schemas import EnrolmentAnswer
from governance_api.agents.stages import AgentEnding, AgentStage
from governance_api.agents.tables import Agent
from governance_api.audit.service import AuditTag, count_since, record
from governance_api.database import lock_until_commit
from governance_api.people.service import WorkstationUser, get_workstation_user_by_login
from governance_api.security.callers import AgentCaller, Caller
from governance_api.security.secrets_at_rest import new_token, token_hash
from governance_api.workstation_accounts.service import people_of_account

TOKEN_PREFIX = "tm_agent"  # noqa: S105 - what tokens begin with, none itself
#: So many refusals of one key are told each, with the account and the host; further ones are counted.
TOLD_EACH = 20
TOLD_WITHIN = timedelta(hours=1)


def enrol(
    session: Session,
    *,
    registration_key: str,
    account: WorkstationAccount,
    host: str,
    agent_version: str,
    capabilities: dict[str, Any],
    now: datetime,
) -> EnrolmentAnswer:
    """Raises WorkstationAccountRefusedError unless the account is that of one person the key is for."""
    key = get_good_key(session, registration_key, now=now)
    found = people_of_account(session, account, people_of_key(session, key))
    if len(found) != 1:
        key_id = key.agent_registration_key_id
        refused = count_since(session, AuditTag.AGENT_ENROLMENT_REFUSED, key_id, since=now - TOLD_WITHIN)
        if refused >= TOLD_EACH:
            raise WorkstationAccountRefusedError(account.text, is_told=False)
        facts = {"account": account.text, "identifier": account.identifier, "host": host}
        record(session, AuditTag.AGENT_ENROLMENT_REFUSED, key_id, by=None, now=now, **facts)
        raise WorkstationAccountRefusedError(account.text, is_told=True)
    key.use_count += 1
    person = found[0]
    _lock_agents_of(session, person.workstation_user_id)
    agent = Agent(
        workstation_user_id=person.workstation_user_id,
        host=host,
        account=msgspec.to_builtins(account),
        agent_version=agent_version,
        capabilities=capabilities,
        stage=AgentStage.REQUESTED if _has_agent(session, person) else AgentStage.INSTALLED,
    )
    return _added(session, agent, person, by=None, now=now, key_id=key.agent_registration_key_id)


def enrol_for_recordings(
    session: Session, *, workstation_user_login: str, host: str, agent_version: str, by: Caller, now: datetime
) -> EnrolmentAnswer:
    """An agent of an installer, that delivers what another tool recorded of a person who consents elsewhere."""
    person = get_workstation_user_by_login(session, workstation_user_login)
    agent = Agent(
        workstation_user_id=person.workstation_user_id,
        host=host,
        is_for_recordings=True,
        agent_version=agent_version,
        stage=AgentStage.INSTALLED,
    )
    return _added(session, agent, person, by=by, now=now)


def _added(
    session: Session, agent: Agent, person: WorkstationUser, *, by: Caller | None, now: datetime, **facts: Any
) -> EnrolmentAnswer:
    token = new_token(TOKEN_PREFIX)
    agent.token_hash = token_hash(token)
    agent.enrolled_at = agent.last_seen_at = now
    session.add(agent)
    session.flush()
    facts = {**facts, "login": person.login, "host": agent.host, "account": agent.account, "stage": agent.stage.value}
    caller = by or AgentCaller(
        agent_id=agent.agent_id, workstation_user_id=person.workstation_user_id, login=person.login, host=agent.host
    )
    record(session, AuditTag.AGENT_ENROLLED, agent.agent_id, by=caller, now=now, **facts)
    return EnrolmentAnswer(
        agent_id=agent.agent_id,
        agent_token=token,
        workstation_user_id=person.workstation_user_id,
        login=person.login,
        stage=agent.stage,
    )


def settle_enrolment(
    session: Session, agent_id: int, *, is_confirmed: bool, by: Caller | AgentCaller, now: datetime
) -> Agent:
    """Confirmed, it is installed and replaces what was on that workstation; refused, its token ends.

    An agent settles those of its own person alone. What is settled stays so: a confirmation counts once.
    """
    agent = session.get(Agent, agent_id)
    if isinstance(by, AgentCaller):
        is_own = agent is not None and agent.workstation_user_id == by.workstation_user_id
        if not is_own or by.agent_id == agent_id or by.is_for_recordings:
            raise EnrolmentUnknownError(agent_id)
    if agent is None:
        raise AgentUnknownError(agent_id)
    _lock_agents_of(session, agent.workstation_user_id)
    session.refresh(agent)
    if agent.stage is not AgentStage.REQUESTED:
        raise EnrolmentSettledError(agent_id, agent.stage.value)
    if not is_confirmed:
        end_agent(agent, AgentEnding.REFUSED, now=now)
        record(session, AuditTag.AGENT_REFUSED, agent_id, by=by, now=now)
        return agent
    former = _installed(agent.workstation_user_id).where(Agent.host == agent.host)
    replaced = list(session.scalars(former))
    agent.stage = AgentStage.INSTALLED
    for each in replaced:
        end_agent(each, AgentEnding.REPLACED, now=now)
        record(session, AuditTag.AGENT_REPLACED, each.agent_id, by=by, now=now, replaced_by=agent_id)
    record(session, AuditTag.AGENT_CONFIRMED, agent_id, by=by, now=now)
    return agent


def end_agent(agent: Agent, ending: AgentEnding, *, now: datetime) -> None:
    """Its token is nobody's from now on."""
    agent.stage, agent.token_hash = AgentStage.UNINSTALLED, None
    agent.ended_at, agent.ending = now, ending


def _lock_agents_of(session: Session, workstation_user_id: int) -> None:
    """So that of two enrolments at once only one is the first."""
    lock_until_commit(session, f"agents of workstation user {workstation_user_id}")


def _installed(workstation_user_id: int) -> Any:
    return select(Agent).where(
        Agent.workstation_user_id == workstation_user_id,
        Agent.stage == AgentStage.INSTALLED,
        Agent.is_for_recordings.is_(False),
    )


def _has_agent(session: Session, person: WorkstationUser) -> bool:
    return bool(session.scalar(select(exists(_installed(person.workstation_user_id)))))
