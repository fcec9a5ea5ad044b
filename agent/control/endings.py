"""Private mode and tasks that end by themselves: forgets them on disk and tells the person."""

import logging
import sqlite3
from collections.abc import Callable

from agent.control.notices import Notices
from agent.recording.resuming import PRIVATE_FACT, TASK_FACT
from agent.spool.store import SpoolStore
from domain.policies import AgentPolicy

_log = logging.getLogger(__name__)


class Endings:
    """Called in the recorder's thread. `find_policy` knows the texts that the configuration gives."""

    def __init__(self, store: SpoolStore, notices: Notices, find_policy: Callable[[], AgentPolicy | None]) -> None:
        self._store, self._notices, self._find_policy = store, notices, find_policy

    def private_ends_soon(self) -> None:
        self._notices.private_ends_soon(self._find_policy())

    def private_is_over(self) -> None:
        self._forget(PRIVATE_FACT)
        self._notices.private_is_over()

    def task_is_over(self) -> None:
        self._forget(TASK_FACT)

    def _forget(self, fact: str) -> None:
        """A disk that refuses leaves it until the next start, which finds it over."""
        try:
            self._store.put_fact(fact, None)
        except sqlite3.Error as error:
            _log.error("It could not be written that %s is over (%s).", fact.replace("_", " "), error)
