"""Bodies about agents and registration keys. The policy itself is a struct of `domain.policies`."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, field_validator

from domain.losses import LossReason
from governance_api.agents.stages import AgentEnding, AgentStage
from governance_api.edge.schemas import Answer, Body, Login, Name, Report, Secret, Verbatim


class RegistrationKeyCreation(Body):
    """For the people of these logins, or for a team; without `expires_at` it is good for seven days.

    `max_uses`: as many as there are people, unless told.
    """

    name: Name
    workstation_user_logins: Annotated[list[Login], Field(min_length=1, max_length=10_000)] | None = None
    team: Name | None = None
    expires_at: AwareDatetime | None = None
    max_uses: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class CreatedKeyAnswer(Answer):
    """The key is shown this once."""

    agent_registration_key_id: int
    registration_key: str
    expires_at: datetime
    max_uses: int


class RegistrationKeyAnswer(Answer):
    agent_registration_key_id: int
    name: str
    workstation_user_ids: list[int] | None
    team: str | None
    expires_at: datetime
    max_uses: int
    use_count: int
    created_at: datetime
    revoked_at: datetime | None


class SystemAccount(Body):
    """The account under which the agent runs, as its operating system tells it; what it does not know is empty.

    `identifier` is a SID or a uid, `principal` a `user@domain`.
    """

    login: Annotated[Verbatim, Field(min_length=1)]
    domain: Verbatim = ""
    identifier: Verbatim = ""
    principal: Verbatim = ""


class EnrolmentRequest(Body):
    """`account` must be that of a workstation user whom the key is for."""

    registration_key: Secret
    account: SystemAccount
    host: Name
    agent_version: Name
    capabilities: Report = Field(default_factory=dict)


#: Losses that follow from what was approved and consented to.
NOT_ALLOWED = {
    LossReason.OUTSIDE_COLLECTION_WINDOW,
    LossReason.NOT_CONSENTED,
    LossReason.OUTSIDE_TASK,
    LossReason.STRICTER_POLICY,
}


class RecordingsAgentCreation(Body):
    """An agent that delivers what another tool recorded of a registered person."""

    workstation_user_login: Login
    host: Name
    agent_version: Name


class EnrolmentAnswer(Answer):
    """The token is shown this once; send it as `Authorization: Bearer …`. `login` is the one that is registered.

    While `stage` is requested, the token is good for nothing: another agent of the person is asked first.
    """

    agent_id: int
    agent_token: str
    workstation_user_id: int
    login: str
    stage: AgentStage


class AgentAnswer(Answer):
    agent_id: int
    workstation_user_id: int
    host: str
    account: dict[str, Any] | None
    is_for_recordings: bool
    agent_version: str
    capabilities: dict[str, Any]
    stage: AgentStage
    enrolled_at: datetime
    ended_at: datetime | None
    ending: AgentEnding | None
    last_seen_at: datetime | None
    health: dict[str, Any] | None

    @field_validator("health")
    @classmethod
    def _without_answers(cls, health: dict[str, Any] | None) -> dict[str, Any] | None:
        """What was not allowed is one figure: which of the reasons it was would tell who declined."""
        losses = health.get("losses") if health else None
        if not health or not isinstance(losses, dict):
            return health
        kept = {reason: count for reason, count in losses.items() if reason not in NOT_ALLOWED}
        counts = [count for reason, count in losses.items() if reason in NOT_ALLOWED and isinstance(count, int)]
        return health | {"losses": kept | ({"not_allowed": sum(counts)} if counts else {})}
