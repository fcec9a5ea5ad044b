"""The stages of an agent's life."""

from enum import StrEnum


class AgentStage(StrEnum):
    """Grammar: what was last done with the agent."""

    REQUESTED = "requested"
    INSTALLED = "installed"
    UNINSTALLED = "uninstalled"
