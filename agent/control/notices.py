"""Tells the person of the agent's own accord: consent is asked, private mode begins to end. Each once.

How a message reaches the desktop is handed in; without a way it stands in the log and in `status`.
"""

import logging
from collections.abc import Callable

from agent.spool.store import SpoolStore
from domain.policies import AgentPolicy, ConsentState

_log = logging.getLogger(__name__)
Notify = Callable[[str, str], object]
PRIVATE_OVER = "Private mode is over. What you do is recorded again."


class Notices:
    """`notify(title, text)` may be called from any thread and must not wait."""

    def __init__(self, store: SpoolStore, notify: Notify | None) -> None:
        self._store = store
        self._notify = notify

    def tell(self, title: str, text: str) -> None:
        _log.info("Notice: %s: %s", title, text)
        if self._notify is not None:
            self._notify(title, text)

    def policy_arrived(self, policy: AgentPolicy) -> None:
        """The consent text, once per assignment."""
        for assignment in policy.assignments:
            fact = f"consent_asked:{assignment.approval_id}"
            if assignment.consent is ConsentState.PENDING and self._store.find_fact(fact) is None:
                self._store.put_fact(fact, "yes", durable=True)
                self.tell(
                    f"May your work be recorded for “{assignment.name}”?",
                    f"{assignment.consent_text}\n\nPurpose: {assignment.purpose}\n"
                    "Answer with `task-mining-agent consent accept` or `consent decline`. "
                    "Nothing is recorded before you accept.",
                )

    def private_began(self, policy: AgentPolicy | None) -> None:
        if policy is not None and policy.notifications.private_startup:
            self.tell("Private mode", policy.notifications.private_startup)

    def private_ends_soon(self, policy: AgentPolicy | None) -> None:
        """While there is still time to extend it; without a text it cannot be extended."""
        if policy is not None and policy.notifications.private_timeout:
            self.tell("Private mode", policy.notifications.private_timeout)

    def private_is_over(self) -> None:
        self.tell("Private mode", PRIVATE_OVER)
