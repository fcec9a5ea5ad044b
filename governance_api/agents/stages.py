"""What can have been done with an agent last."""

from enum import StrEnum


class AgentStage(StrEnum):
    """Grammar: what was last done with the agent."""

    REQUESTED = "requested"
    INSTALLED = "installed"
    UNINSTALLED = "uninstalled"
