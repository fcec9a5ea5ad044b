"""Gathers events for a moment and commits them together; while the disk refuses, they wait in memory, bounded."""

import logging
import sqlite3
from collections import deque

from agent.spool.repair import repair
from agent.spool.rows import EventNote, StampingClock, assignments_of
from agent.spool.schema import SpoolError
from agent.spool.store import SpoolStore
from domain.event_batches import AgentSession, to_microseconds
from domain.losses import LossReason
from domain.raw_events import RawEvent

PENDING_MAX = 20_000
RETRY_US = 5_000_000
COMMIT_MAX = 500
NO_NOTE = EventNote()

_log = logging.getLogger(__name__)


class SpoolWriter:
    """The only writer of one session's events. Used by one thread."""

    def __init__(self, store: SpoolStore, session: AgentSession, *, clock: StampingClock | None = None) -> None:
        self._store = store
        self._session, self._clock = session, clock
        self._pending: deque[tuple[RawEvent, EventNote]] = deque()
        self._lost: list[int] = []
        self._retry_at_us = 0
        self.session_number = store.begin_session(session, clock=clock)
        self.trouble: str | None = None

    @property
    def pending_count(self) -> int:
        return len(self._pending)

    @property
    def due_us(self) -> int | None:
        """When what waits in memory should be tried again."""
        return self._retry_at_us if self._pending else None

    def add(self, event: RawEvent, note: EventNote = NO_NOTE) -> None:
        if len(self._pending) >= PENDING_MAX:
            self._lost.append(to_microseconds(self._pending.popleft()[0].occurred_at))
        self._pending.append((event, note))

    def withdraw(self, declined: frozenset[int]) -> int:
        """Forgets what only these assignments allowed and still waits for the disk; how much that was."""
        kept = [each for each in self._pending if not declined >= assignments_of(each[1].allowed_by)]
        count = len(self._pending) - len(kept)
        self._pending = deque(kept)
        return count

    def commit(self, *, now_us: int, durable: bool = False) -> bool:
        """True when everything is in the spool. Never raises: what is wrong is in `trouble`."""
        if not self._pending or (self.trouble and now_us < self._retry_at_us and not durable):
            return not self._pending
        try:
            self._commit(durable=durable)
        except sqlite3.OperationalError as error:
            self._troubled(f"The spool cannot be written ({error}): free the disk or mend its rights.", now_us)
        except (sqlite3.DatabaseError, SpoolError) as error:
            self._troubled(f"The spool is damaged ({error}): it is moved aside.", now_us)
            self._repair(now_us)
        return not self._pending

    def _commit(self, *, durable: bool) -> None:
        while self._pending:
            ready = [self._pending[number] for number in range(min(COMMIT_MAX, len(self._pending)))]
            events, notes = zip(*ready, strict=True)
            self._store.append(self.session_number, events, notes=notes, durable=durable)
            for _ in ready:
                self._pending.popleft()
        if self._lost:
            self._store.count_loss(
                LossReason.SPOOL_UNWRITABLE, len(self._lost), first_us=min(self._lost), last_us=max(self._lost)
            )
            self._lost.clear()
        if self.trouble:
            _log.info("The spool can be written again.")
            self.trouble = None

    def _troubled(self, sentence: str, now_us: int) -> None:
        if self.trouble != sentence:
            _log.error("%s %d events wait in memory.", sentence, len(self._pending))
        self.trouble = sentence
        self._retry_at_us = now_us + RETRY_US

    def _repair(self, now_us: int) -> None:
        try:
            repair(self._store)
            self._store.begin_session(self._session, session_number=self.session_number, clock=self._clock)
            self._commit(durable=True)
        except (sqlite3.DatabaseError, SpoolError, OSError) as error:
            self._troubled(f"The spool could not be repaired ({error}): restart the agent.", now_us)
