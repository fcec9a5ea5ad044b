"""The two threads that speak with the service: the sender with events, the exchange with everything else.

Each has a connection of its own, so that neither waits for the other.
"""

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping

from agent.clocks import SessionClock
from agent.consent.book import ConsentBook
from agent.policy.gate import GateReason
from agent.policy.held_policy import HeldPolicy
from agent.sending.sender import Sender, SenderState
from agent.sending.session_times import SessionTimes
from agent.service_link.client import ServiceClient, parse_address
from agent.service_link.exchange import ServiceExchange
from agent.settings import Enrolled
from agent.spool.store import SpoolStore
from agent.supervision.workers import Worker

ENDS_SECONDS = 2.0
_log = logging.getLogger(__name__)


def uniform(low: float, high: float) -> float:
    """A number between the two, for the jitter: the module `random` would bring its tables for this alone."""
    return low + (high - low) * int.from_bytes(os.urandom(4)) / 2**32


class ServiceThreads:
    """Begun by `start`. Ended in two steps, because what restarts what died must end in between."""

    def __init__(
        self,
        store: SpoolStore,
        enrolled: Enrolled,
        *,
        book: ConsentBook,
        clock: SessionClock,
        on_clock: Callable[[], None],
        health: Callable[[], Mapping[str, object]],
        on_policy: Callable[[HeldPolicy], None],
        on_refused: Callable[[GateReason], None],
        timeout_seconds: float,
    ) -> None:
        address = parse_address(enrolled.server)
        token, ca_file = enrolled.agent_token, enrolled.ca_file
        self._stopping, self._exchange_wanted, self._sending_wanted = (threading.Event() for _ in range(3))

        def clock_changed() -> None:
            on_clock()
            self.want_sending()

        self.times = SessionTimes(store, clock, clock_changed)
        self._clients = [
            ServiceClient(
                address,
                token=token,
                timeout_seconds=timeout_seconds,
                ca_file=ca_file,
                now_us=clock.now_us,
                server_clock=self.times.server_clock,
            )
            for _ in range(3)
        ]
        sending, governing, self._asking = self._clients
        self._asking_lock = threading.Lock()
        self.sender = Sender(
            store,
            sending,
            uniform=uniform,
            server_clock=self.times.server_clock,
            on_signed_off=lambda: on_refused(GateReason.SIGNED_OFF),
        )
        self.exchange = ServiceExchange(
            store,
            governing,
            login=enrolled.login,
            book=book,
            now_us=self.times.server_now_us,
            settle=self.times.settle,
            uniform=uniform,
            health=health,
            on_policy=on_policy,
            on_refused=on_refused,
        )
        self.workers = (
            Worker(
                "sender",
                self.sender.step,
                stopping=self._stopping,
                wake=self._sending_wanted,
                free=sending.cut,
                last=self._send_the_rest,
            ),
            Worker(
                "exchange", self.exchange.step, stopping=self._stopping, wake=self._exchange_wanted, free=governing.cut
            ),
        )

    def start(self) -> None:
        for worker in self.workers:
            worker.start()

    def settle_enrolment(self, agent_id: int, *, is_confirmed: bool) -> None:
        """From any thread. Raises ServiceError."""
        with self._asking_lock:
            try:
                self._asking.settle_enrolment(agent_id, is_confirmed=is_confirmed)
            finally:
                self._asking.close()
        self.want_exchange()

    def want_exchange(self) -> None:
        """Now, rather than at its next round."""
        self._exchange_wanted.set()

    def want_sending(self) -> None:
        self._sending_wanted.set()

    def ask_to_end(self) -> None:
        self._stopping.set()
        self._exchange_wanted.set()
        self._sending_wanted.set()

    def close(self) -> None:
        """Waits for what they are at, but not for long."""
        for worker in self.workers:
            worker.join(ENDS_SECONDS)
        for client in self._clients:
            client.close()

    def _send_the_rest(self) -> None:
        """At the end one more delivery, so that a signed-out person's last minutes do not wait for tomorrow."""
        if self.sender.state in {SenderState.UP_TO_DATE, SenderState.SENDING}:
            try:
                self.sender.step()
            except sqlite3.Error as error:
                _log.error("The last events are sent with the next session (%s).", error)
