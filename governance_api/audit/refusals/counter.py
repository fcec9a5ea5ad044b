"""Takes failed sign-ins from the requests that refused them, which wait for nothing, and writes them down by a thread.

What could not be written is kept and written later. Lost is what came in the last moment of a process that is killed,
and what cannot be written at its end: the log of the process says how much.
"""

import logging
import threading
from collections import Counter
from collections.abc import Mapping

from sqlalchemy.orm import Session, sessionmaker

from governance_api.audit.refusals.counted import MANY, AddressRule, Failure, has_rest, tell_rest, write_failures
from governance_api.clock import Clock
from governance_api.errors import GovernanceError

#: However many guess, this is how often somebody writes.
WRITE_EVERY_SECONDS = 0.2
LOOK_EVERY_SECONDS = 10.0
#: Kinds of failures that wait in memory; more are counted as one.
MAX_WAITING = 1_000
_log = logging.getLogger(__name__)


class FailureCounter:
    """One per process; several processes of the service count in the same table."""

    def __init__(self, sessions: sessionmaker[Session], *, address_rule: AddressRule, clock: Clock) -> None:
        self._sessions = sessions
        self._address_rule = address_rule
        self._clock = clock
        self._waiting: Counter[Failure] = Counter()
        self._lock = threading.Lock()
        self._has_some = threading.Event()
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="failed sign-ins", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when everything noted is written, or could not be written a last time."""
        self._is_stopping.set()
        self._has_some.set()
        self._thread.join()

    def note(self, error: GovernanceError, address: str) -> None:
        """Counts a refusal that is a failed sign-in, or was caused by one."""
        cause = error if error.way_in else error.__cause__
        if not isinstance(cause, GovernanceError) or cause.way_in is None:
            return
        failure = Failure(way_in=cause.way_in, address=address)
        if cause.account_id is not None:
            failure = Failure(way_in=cause.way_in, account=str(cause.account_id), address=address)
        self._keep({failure: 1})
        self._has_some.set()

    def _run(self) -> None:
        while not self._is_stopping.is_set():
            self._has_some.wait(LOOK_EVERY_SECONDS)
            self._has_some.clear()
            self._write()
            self._is_stopping.wait(WRITE_EVERY_SECONDS)
        if not self._write() and self._waiting:
            _log.error("%d failed sign-ins are in no audit log: this process ends without them.", self._waiting.total())

    def _write(self) -> bool:
        """False when it could not be done; what was taken is kept then."""
        with self._lock:
            taken, self._waiting = self._waiting, Counter()
        try:
            now = self._clock()
            with self._sessions.begin() as session:
                if taken:
                    write_failures(session, taken, address_rule=self._address_rule, now=now)
                elif has_rest(session, now=now):
                    tell_rest(session, now=now)
        except Exception:  # noqa: BLE001 - logged; without its thread nobody would be counted any more
            _log.exception("%d failed sign-ins could not be written down; they are kept.", taken.total())
            self._keep(taken)
            return False
        return True

    def _keep(self, counts: Mapping[Failure, int]) -> None:
        with self._lock:
            for failure, count in counts.items():
                is_one_of_many = failure not in self._waiting and len(self._waiting) >= MAX_WAITING
                self._waiting[Failure(way_in=failure.way_in, account=MANY) if is_one_of_many else failure] += count
