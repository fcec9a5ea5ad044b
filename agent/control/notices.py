"""Tells the person of the agent's own accord: consent is asked, private mode begins to end. At the right time, once.

How a message reaches the desktop is handed in. Where the desktop shows none, the log says so, and `status` from the
next one on: an answer may come later.
"""

import logging
from collections.abc import Callable, Mapping

from agent.consent.book import ConsentAnswer
from agent.consent.questions import NOTHING_BEFORE, open_questions, title_of
from agent.spool.store import DAY_US, SpoolStore
from domain.policies import AgentPolicy

_log = logging.getLogger(__name__)
Notify = Callable[[str, str], bool]
PRIVATE_OVER = "Private mode is over."
PRIVATE_OVER_BEFORE = "Private mode ended while the agent did not run."
BEGUN_PRIVATE = (
    "Your session begins in private mode, as your organisation has configured it: nothing is recorded until you end it."
)
ASKED_AGAIN_US = DAY_US
"""Who has not answered is asked again a day later."""


class Notices:
    """`notify(title, text)` may be called from any thread and must not wait: False where it is known that nothing is
    shown. `ask` opens the window of questions.
    """

    def __init__(self, store: SpoolStore, notify: Notify | None, ask: Callable[[], object] = lambda: None) -> None:
        self._store = store
        self._notify, self._ask = notify, ask
        self.are_shown = True
        """Whether the last one was, as far as that is known."""

    def tell(self, title: str, text: str) -> None:
        _log.info("Notice: %s: %s", title, text)
        self.are_shown = self._notify is not None and self._notify(title, text)
        if not self.are_shown:
            _log.warning("This desktop has shown no notice of it.")

    def ask_consent(self, policy: AgentPolicy, answers: Mapping[int, ConsentAnswer], *, now_us: int) -> None:
        """What waits for an answer, once a day each; `now_us` in the server's time. The window holds the whole text."""
        is_asked = False
        for assignment in open_questions(policy.assignments, answers, now_us=now_us):
            fact = f"consent_asked:{assignment.approval_id}"
            text = self._store.find_fact(fact) or ""
            if text.isdigit() and 0 <= now_us - int(text) < ASKED_AGAIN_US:
                continue
            self._store.put_fact(fact, str(now_us), durable=True)
            is_asked = True
            self.tell(title_of(assignment), f"{NOTHING_BEFORE} Read and answer it with `task-mining-agent consent`.")
        if is_asked:
            self._ask()

    def other_agents(self, policy: AgentPolicy) -> None:
        """Each agent that is enrolled for this person elsewhere: once when it asks, once when it is let."""
        for other in policy.other_agents:
            fact = f"told_of_agent:{other.agent_id}:{'confirmed' if other.is_confirmed else 'waits'}"
            if self._store.find_fact(fact) is not None:
                continue
            self._store.put_fact(fact, "yes", durable=True)
            where = f"{other.host} (account {other.account or 'unknown'})"
            if other.is_confirmed:
                self.tell("Another workstation of yours", f"An agent is enrolled for you on {where}.")
            else:
                self.tell(
                    "Is this workstation yours?",
                    f"An agent on {where} wants to record your work, as this one does. Nothing is recorded there "
                    f"unless you confirm it: `task-mining-agent workstation confirm {other.agent_id}`. If it is not "
                    f"yours, type `task-mining-agent workstation refuse {other.agent_id}`.",
                )

    def private_began(self, policy: AgentPolicy | None, until: str) -> None:
        if policy is not None and policy.notifications.private_startup:
            self.tell("Private mode", f"{policy.notifications.private_startup} Now: {until}.")

    def begun_private(self) -> None:
        """A session that begins so."""
        self.tell("Private mode", BEGUN_PRIVATE)

    def private_ends_soon(self, policy: AgentPolicy | None, until: str) -> None:
        """While there is still time to extend it; without a text it cannot be extended."""
        if policy is not None and policy.notifications.private_timeout:
            self.tell("Private mode", f"{policy.notifications.private_timeout} Now: {until}.")

    def private_is_over(self, now: str, *, was_before: bool = False) -> None:
        """`now` says how it stands: whether anything is recorded again depends on more than private mode."""
        self.tell("Private mode", f"{PRIVATE_OVER_BEFORE if was_before else PRIVATE_OVER} {now}")
