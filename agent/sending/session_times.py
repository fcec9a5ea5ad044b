"""Compares this session's clock with the server's, and says in the spool and to the recorder what follows from it.

Nothing of a session is sent before its clock was compared, so that no event is refused for a clock that is wrong.
"""

import logging
import sqlite3
from collections.abc import Callable

from agent.clocks import SessionClock
from agent.service_link.server_clock import ServerClock
from agent.spool.rows import StampingClock
from agent.spool.session_clocks import known_shift_us, settle_clocks
from agent.spool.store import SpoolStore

_log = logging.getLogger(__name__)


class SessionTimes:
    """`on_change` is called, from a thread that speaks with the service, when the difference is known anew."""

    def __init__(self, store: SpoolStore, clock: SessionClock, on_change: Callable[[], None]) -> None:
        self._store, self._clock, self._on_change = store, clock, on_change
        self.stamping = StampingClock(clock.boot_id, clock.wall_minus_boot_us)
        self.server_clock = ServerClock(self._changed)
        self._is_unsettled = False
        known_us = known_shift_us(store, self.stamping)
        if known_us is not None:
            self.server_clock.begin(known_us)
            self._is_unsettled = True

    @property
    def shift_us(self) -> int | None:
        """What to add to a stamp of this session to have the server's time; None while it is not known."""
        return self.server_clock.shift_us

    @property
    def wall_ahead_us(self) -> int | None:
        """How far the computer's clock is ahead of the server's now; below 0, behind."""
        shift_us = self.shift_us
        return None if shift_us is None else self._clock.wall_ahead_us() - shift_us

    def server_now_us(self) -> int:
        """As far as it is known; else by the computer's clock as it was when the session began."""
        return self.server_clock.server_us(self._clock.now_us())

    def settle(self) -> None:
        """Again and again until the spool has taken it."""
        shift_us, wall_ahead_us = self.shift_us, self.wall_ahead_us
        if not self._is_unsettled or shift_us is None or wall_ahead_us is None:
            return
        try:
            settle_clocks(
                self._store,
                self.stamping,
                shift_us=shift_us,
                wall_shift_us=-wall_ahead_us,
                server_us=self.server_now_us(),
            )
        except sqlite3.Error as error:
            _log.error("The difference of the clocks cannot be written (%s): nothing is sent meanwhile.", error)
            return
        self._is_unsettled = False

    def _changed(self, shift_us: int) -> None:
        if shift_us:
            _log.warning(
                "The clock of this session is %.1f s behind the server's: its times are moved.", shift_us / 1e6
            )
        self._is_unsettled = True
        self.settle()
        self._on_change()
