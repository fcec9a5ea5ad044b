"""Knows every connection of one server: counts them by address, makes room for new ones, and looks after slow ones.

Who is worked for is never ended. Of those whose clients are waited for, the one waited for longest goes first: whoever
sends and reads what is due is among them for moments only, so that slow ones cannot crowd out others.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Collection
from typing import Protocol

from domain.network.addresses import TrustedProxies, counted_address, read_address
from standalone.serving.limits import ConnectionLimits
from standalone.serving.refusals import EndReason

REPORT_SECONDS = 60.0
_log = logging.getLogger(__name__)


class Connection(Protocol):
    """What is asked of a connection."""

    address: str
    body_bytes: int

    def watch(self, elapsed_seconds: float) -> None:
        """Ends itself if its client took too long."""

    def end(self, reason: EndReason) -> None:
        """At once, without another word."""


class Connections:
    """`exempt` are addresses and networks that stand for many clients: proxies."""

    def __init__(self, limits: ConnectionLimits, *, exempt: Collection[str] = ()) -> None:
        self.limits = limits
        self.ended: Counter[EndReason] = Counter()
        self.body_bytes = 0
        self._exempt = TrustedProxies(exempt)
        self._count = 0
        self._of_address: dict[str, set[Connection]] = {}
        #: In the order in which waiting for their clients began.
        self._waited_for: dict[Connection, None] = {}
        self._watching: asyncio.TimerHandle | None = None
        self._watched_at = self._reported_at = 0.0
        self._unreported: Counter[EndReason] = Counter()

    def __len__(self) -> int:
        return self._count

    def address_of(self, host: str) -> str:
        """By which connections from there are counted: a proxy by itself, also beside others in its network."""
        return str(read_address(host)) if host in self._exempt else counted_address(host)

    def admit(self, connection: Connection) -> bool:
        """Counts a new connection, if need be in place of another one; False where all others are worked for."""
        own = self._of_address.get(connection.address, set())
        if len(own) >= self.limits.max_count_per_address and not self._is_exempt(connection.address):
            has_room = self._end_one_of(own)
        else:
            has_room = self._count < self.limits.max_count or self._end_one_of(self._waited_for)
        if not has_room:
            self.count(EndReason.NO_ROOM)
            return False
        self._of_address.setdefault(connection.address, set()).add(connection)
        self._count += 1
        self._waited_for[connection] = None
        self._keep_watching()
        return True

    def release(self, connection: Connection) -> None:
        """When it is gone; a second time does nothing."""
        self.let_go_of_body(connection)
        self._waited_for.pop(connection, None)
        own = self._of_address.get(connection.address, set())
        if connection in own:
            self._count -= 1
            own.remove(connection)
            if not own:
                del self._of_address[connection.address]

    def is_worked_for(self, connection: Connection) -> None:
        self._waited_for.pop(connection, None)

    def is_waited_for(self, connection: Connection) -> None:
        """From now on: whoever was waited for already goes to the end."""
        if connection in self._of_address.get(connection.address, ()):
            self._waited_for.pop(connection, None)
            self._waited_for[connection] = None

    def hold_body(self, connection: Connection, size: int) -> bool:
        """Counts what is kept of a body; False where there is no room for it, also without the slowest of others."""
        while self.body_bytes + size > self.limits.max_body_bytes:
            slower = [each for each in self._waited_for if each.body_bytes and each is not connection]
            if not slower:
                return False
            self._end(slower[0])
        connection.body_bytes += size
        self.body_bytes += size
        return True

    def let_go_of_body(self, connection: Connection) -> None:
        self.body_bytes -= connection.body_bytes
        connection.body_bytes = 0

    def count(self, reason: EndReason) -> None:
        self.ended[reason] += 1
        self._unreported[reason] += 1
        self._keep_watching()

    def _end_one_of(self, several: Collection[Connection]) -> bool:
        for connection in self._waited_for:
            if connection in several:
                self._end(connection)
                return True
        return False

    def _end(self, connection: Connection) -> None:
        connection.end(EndReason.CROWDED_OUT)
        self.release(connection)

    def _is_exempt(self, address: str) -> bool:
        """Whether it stands for many clients; without an address (a unix socket) nobody knows for how many."""
        return not address or address in self._exempt

    def _keep_watching(self) -> None:
        if self._watching is None:
            loop = asyncio.get_running_loop()
            self._watched_at = loop.time()
            self._watch_later(loop)

    def _watch_later(self, loop: asyncio.AbstractEventLoop) -> None:
        self._watching = loop.call_later(self.limits.watching_seconds, self._watch, loop)

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Time in which this process was held up counts against nobody: what was sent then is not read yet."""
        self._watching = None
        elapsed, self._watched_at = loop.time() - self._watched_at, loop.time()
        elapsed = min(elapsed, 2 * self.limits.watching_seconds)
        for connection in [each for several in self._of_address.values() for each in several]:
            connection.watch(elapsed)
        self._report(loop.time())
        if self._of_address or self._unreported:
            self._watch_later(loop)

    def _report(self, now: float) -> None:
        """One line for many, so that nobody fills the log by hanging up."""
        if self._unreported and now - self._reported_at > REPORT_SECONDS:
            counted = ", ".join(f"{count} {reason}" for reason, count in sorted(self._unreported.items()))
            _log.warning("Connections ended early since the last such line: %s.", counted)
            self._reported_at = now
            self._unreported.clear()
