"""Private mode and tasks that end by themselves: forgets them on disk and tells the person, once they are there."""

import logging
import sqlite3
from collections.abc import Callable

from agent.control.notices import Notices
from agent.presence.state import Presence
from agent.recording.resuming import PRIVATE_FACT, TASK_FACT
from agent.spool.store import SpoolStore
from domain.policies import AgentPolicy

_log = logging.getLogger(__name__)


class Endings:
    """Called in the recorder's thread. `find_policy` knows the texts that the configuration gives."""

    def __init__(
        self, store: SpoolStore, notices: Notices, presence: Presence, find_policy: Callable[[], AgentPolicy | None]
    ) -> None:
        self._store, self._notices, self._presence, self._find_policy = store, notices, presence, find_policy
        self._is_over_untold = self._was_before = False
        self.tell_now: Callable[[], str] = lambda: ""
        """One sentence: how it stands now."""

        self.tell_until: Callable[[], str] = lambda: ""
        """Until when private mode lasts."""

    def private_ends_soon(self) -> None:
        if not self._presence.is_locked:  # nobody is there to extend it
            self._notices.private_ends_soon(self._find_policy(), self.tell_until())

    def private_is_over(self, *, was_before: bool = False) -> None:
        """`was_before`: it ended while the agent did not run."""
        self._forget(PRIVATE_FACT)
        self._is_over_untold, self._was_before = True, was_before

    def task_is_over(self) -> None:
        self._forget(TASK_FACT)
        self._notices.tell("Task", f"The recording of your task ended by itself. {self.tell_now()}")

    def look(self) -> None:
        """What could not be told before, because the screen was locked or recording had not begun anew."""
        if self._is_over_untold and not self._presence.is_locked:
            self._is_over_untold = False
            self._notices.private_is_over(self.tell_now(), was_before=self._was_before)

    def _forget(self, fact: str) -> None:
        """A disk that refuses leaves it until the next start, which finds it over."""
        try:
            self._store.put_fact(fact, None)
        except sqlite3.Error as error:
            _log.error("It could not be written that %s is over (%s).", fact.replace("_", " "), error)
