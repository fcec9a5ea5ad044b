"""Bodies about agents and registration keys. The policy itself is a struct of `domain.policies`."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from governance_api.agents.stages import AgentStage
from governance_api.edge.schemas import Answer, Body, Login, Name, Report, Secret


class RegistrationKeyCreation(Body):
    name: Name
    expires_at: AwareDatetime | None = None
    max_uses: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class CreatedKeyAnswer(Answer):
    """The key is shown this once."""

    agent_registration_key_id: int
    registration_key: str


class RegistrationKeyAnswer(Answer):
    agent_registration_key_id: int
    name: str
    expires_at: datetime | None
    max_uses: int | None
    use_count: int
    created_at: datetime
    revoked_at: datetime | None


class EnrolmentRequest(Body):
    """`login` is the one at the workstation, and must be that of a registered workstation user."""

    registration_key: Secret
    login: Login
    host: Name
    agent_version: Name
    capabilities: Report = Field(default_factory=dict)


class EnrolmentAnswer(Answer):
    """The token is shown this once; send it as `Authorization: Bearer …`."""

    agent_id: int
    agent_token: str
    workstation_user_id: int


class AgentAnswer(Answer):
    agent_id: int
    workstation_user_id: int
    host: str
    agent_version: str
    capabilities: dict[str, Any]
    stage: AgentStage
    enrolled_at: datetime
    last_seen_at: datetime | None
    health: dict[str, Any] | None
