"""/agent-registration-keys and /agents for installers; /agent/policy and /agent/health for the agents themselves."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Response, status

from domain.identity.workstation_accounts import WorkstationAccount
from governance_api.agents.enrolment import enrol, enrol_for_recordings, settle_enrolment
from governance_api.agents.permissions import (
    InstallsAgents,
    ReadsPolicy,
    ReportsHealth,
    ReportsUninstalled,
    SettlesEnrolment,
)
from governance_api.agents.policy import build_policy, is_known
from governance_api.agents.registration_keys import (
    create_registration_key,
    list_registration_keys,
    revoke_registration_key,
)
from governance_api.agents.schemas import (
    AgentAnswer,
    CreatedKeyAnswer,
    EnrolmentAnswer,
    EnrolmentRequest,
    RecordingsAgentCreation,
    RegistrationKeyAnswer,
    RegistrationKeyCreation,
)
from governance_api.agents.service import list_agents, note_health, note_uninstalled, revoke_agent
from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.edge.paging import PageAsked
from governance_api.edge.schemas import Report

router = APIRouter(tags=["agents"])

POLICY_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The policy as it is now",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/AgentPolicy"}}},
        "headers": {"ETag": {"schema": {"type": "string"}, "description": "Changes whenever the policy does"}},
    },
    304: {"description": "The policy is the one named in If-None-Match"},
}


@router.post("/agent-registration-keys", status_code=status.HTTP_201_CREATED)
def create_key(
    body: RegistrationKeyCreation, caller: InstallsAgents, transaction: Transaction, now: Now
) -> CreatedKeyAnswer:
    """Creates a key with which agents of these people enrol; it is shown this once."""
    return create_registration_key(transaction, body, by=caller, now=now)


@router.get("/agent-registration-keys")
def list_keys(_: InstallsAgents, transaction: Transaction, page: PageAsked) -> list[RegistrationKeyAnswer]:
    return RegistrationKeyAnswer.of_each(list_registration_keys(transaction, page))


@router.delete("/agent-registration-keys/{agent_registration_key_id}", status_code=status.HTTP_204_NO_CONTENT)
def revoke_key(agent_registration_key_id: int, caller: InstallsAgents, transaction: Transaction, now: Now) -> None:
    """No further agent enrols with it; those enrolled go on."""
    revoke_registration_key(transaction, agent_registration_key_id, by=caller, now=now)


@router.post("/agents/enrol")
def enrol_agent(body: EnrolmentRequest, transaction: Transaction, now: Now) -> EnrolmentAnswer:
    """Exchanges a registration key for an agent token that speaks for one workstation user.

    A person's first agent is installed at once. A further one waits until it is confirmed.
    """
    return enrol(
        transaction,
        registration_key=body.registration_key,
        account=WorkstationAccount(**body.account.model_dump()),
        host=body.host,
        agent_version=body.agent_version,
        capabilities=body.capabilities,
        now=now,
    )


@router.post("/agents/for-recordings", status_code=status.HTTP_201_CREATED)
def create_agent_for_recordings(
    body: RecordingsAgentCreation, caller: InstallsAgents, transaction: Transaction, now: Now
) -> EnrolmentAnswer:
    """An agent that delivers what another tool recorded; consent is the person's own agents' to give."""
    return enrol_for_recordings(transaction, **body.model_dump(), by=caller, now=now)


@router.get("/agents")
def list_them(_: InstallsAgents, transaction: Transaction, page: PageAsked) -> list[AgentAnswer]:
    return AgentAnswer.of_each(list_agents(transaction, page))


@router.post("/agents/{agent_id}/confirm")
def confirm(agent_id: int, caller: InstallsAgents, transaction: Transaction, now: Now) -> AgentAnswer:
    """Lets a further agent of a person begin, where the person cannot confirm it at the first."""
    return AgentAnswer.of(settle_enrolment(transaction, agent_id, is_confirmed=True, by=caller, now=now))


@router.post("/agents/{agent_id}/refuse")
def refuse(agent_id: int, caller: InstallsAgents, transaction: Transaction, now: Now) -> AgentAnswer:
    return AgentAnswer.of(settle_enrolment(transaction, agent_id, is_confirmed=False, by=caller, now=now))


@router.post("/agents/{agent_id}/uninstall")
def uninstall(agent_id: int, caller: InstallsAgents, transaction: Transaction, now: Now) -> AgentAnswer:
    """Ends the agent's token."""
    return AgentAnswer.of(revoke_agent(transaction, agent_id, by=caller, now=now))


@router.post("/agent/enrolments/{agent_id}/confirm", status_code=status.HTTP_204_NO_CONTENT)
def confirm_own(agent_id: int, agent: SettlesEnrolment, transaction: Transaction, now: Now) -> None:
    """The person says, at an agent that is installed, that another one that waits is theirs."""
    settle_enrolment(transaction, agent_id, is_confirmed=True, by=agent, now=now)


@router.post("/agent/enrolments/{agent_id}/refuse", status_code=status.HTTP_204_NO_CONTENT)
def refuse_own(agent_id: int, agent: SettlesEnrolment, transaction: Transaction, now: Now) -> None:
    settle_enrolment(transaction, agent_id, is_confirmed=False, by=agent, now=now)


@router.post("/agent/uninstall", status_code=status.HTTP_204_NO_CONTENT)
def report_uninstalled(agent: ReportsUninstalled, transaction: Transaction, now: Now) -> None:
    """The agent takes its leave: its token ends, and GET /agents says so."""
    note_uninstalled(transaction, by=agent, now=now)


@router.get("/agent/policy", responses=POLICY_RESPONSES, response_class=Response)
def read_policy(
    agent: ReadsPolicy, transaction: Transaction, now: Now, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """What this agent may do now; poll it with If-None-Match."""
    policy = build_policy(transaction, agent, now=now)
    headers = {"ETag": policy.etag, "Cache-Control": "private, no-cache"}
    if is_known(policy.etag, if_none_match):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(policy.content, media_type="application/json", headers=headers)


@router.post("/agent/health", status_code=status.HTTP_204_NO_CONTENT)
def report_health(health: Report, agent: ReportsHealth, transaction: Transaction, now: Now) -> None:
    """How the agent is: CPU, memory, queue, oldest event, losses by reason, policy version."""
    note_health(transaction, health, by=agent, now=now)
