"""The stages of an agent's life, and how it ends."""

from enum import StrEnum


class AgentStage(StrEnum):
    """Grammar: what was last done with the agent. One that is `requested` waits to be confirmed and gets nothing."""

    REQUESTED = "requested"
    INSTALLED = "installed"
    UNINSTALLED = "uninstalled"


class AgentEnding(StrEnum):
    """Grammar: what ended an agent's token."""

    REPORTED = "reported"
    """Its own workstation told that it was uninstalled."""
    REVOKED = "revoked"
    """An agent installer ended it."""
    REFUSED = "refused"
    """The person, or an agent installer, did not confirm it."""
    REPLACED = "replaced"
    """Another agent of the same person was confirmed for the same workstation."""
