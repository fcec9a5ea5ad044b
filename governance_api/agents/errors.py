"""Why an agent is not enrolled, not recognised or not confirmed."""

from governance_api.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RefusedError,
    UnauthenticatedError,
    WayIn,
)


class AgentTokenUnknownError(UnauthenticatedError):
    way_in = WayIn.AGENT_TOKEN

    def __init__(self) -> None:
        super().__init__("The agent token is not valid any more: enrol this agent again with POST /agents/enrol.")


class AgentUnconfirmedError(ForbiddenError):
    """Somebody holds a registration key for a person who has an agent already."""

    def __init__(self) -> None:
        super().__init__(
            "This agent waits to be confirmed: confirm it at the workstation where this person has an agent already, "
            "or ask an agent installer."
        )


class RegistrationKeyRefusedError(UnauthenticatedError):
    """Unknown, expired, revoked or used up; the answer does not say which."""

    way_in = WayIn.REGISTRATION_KEY

    def __init__(self) -> None:
        super().__init__("The registration key is not valid: ask an agent installer for a new one.")


class WorkstationAccountRefusedError(ForbiddenError):
    """The operating system's account is nobody's, or several people's, of those that the key is for.

    With a `way_in` when so many were refused of late that this one is only counted.
    """

    is_remembered = True

    def __init__(self, account: str, *, is_told: bool) -> None:
        self.way_in = None if is_told else WayIn.WORKSTATION_ACCOUNT
        super().__init__(
            f"The registration key is not for the account {account} of this workstation: sign in as the person it was "
            "made for, or have an agent installer map the account with POST /workstation-accounts."
        )


class RegistrationKeyBoundToNobodyError(RefusedError):
    def __init__(self) -> None:
        super().__init__(
            "A registration key is for people: name either workstation_user_logins or a team with people in it."
        )


class RegistrationKeyExpiryError(RefusedError):
    def __init__(self, days: int) -> None:
        super().__init__(f"A registration key expires within {days} days from now: give an earlier expires_at to come.")


class AgentUnknownError(NotFoundError):
    def __init__(self, agent_id: int) -> None:
        super().__init__(f"There is no agent {agent_id}: see GET /agents for those there are.", agent_id=agent_id)


class EnrolmentUnknownError(NotFoundError):
    """Also for another person's, and for the agent's own."""

    def __init__(self, agent_id: int) -> None:
        super().__init__(f"No agent {agent_id} of yours waits: ask for the policy again.", agent_id=agent_id)


class EnrolmentSettledError(ConflictError):
    """It was confirmed, refused or ended before."""

    def __init__(self, agent_id: int, stage: str) -> None:
        super().__init__(f"Agent {agent_id} does not wait, it is {stage}: enrol again to ask again.", agent_id=agent_id)


class RegistrationKeyUnknownError(NotFoundError):
    def __init__(self, key_id: int) -> None:
        super().__init__(f"There is no registration key {key_id}: see GET /agent-registration-keys.")
