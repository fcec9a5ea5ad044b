"""Why an agent is not enrolled or not recognised."""

from governance_api.errors import ForbiddenError, NotFoundError, UnauthenticatedError


class AgentTokenUnknownError(UnauthenticatedError):
    def __init__(self) -> None:
        super().__init__("The agent token is not valid any more: enrol this agent again with POST /agents/enrol.")


class RegistrationKeyRefusedError(UnauthenticatedError):
    """Unknown, expired, revoked or used up; the answer does not say which."""

    def __init__(self) -> None:
        super().__init__("The registration key is not valid: ask an agent installer for a new one.")


class LoginNotRegisteredError(ForbiddenError):
    """The login at the workstation must be that of a registered workstation user."""

    def __init__(self, login: str) -> None:
        super().__init__(
            f"{login} is no registered workstation user: have an admin register exactly this login, then enrol again."
        )


class AgentUnknownError(NotFoundError):
    def __init__(self, agent_id: int) -> None:
        super().__init__(f"There is no agent {agent_id}: see GET /agents for those there are.", agent_id=agent_id)


class RegistrationKeyUnknownError(NotFoundError):
    def __init__(self, key_id: int) -> None:
        super().__init__(f"There is no registration key {key_id}: see GET /agent-registration-keys.")
