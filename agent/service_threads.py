"""The two threads that speak with the service: the sender with events, the exchange with everything else.

Each has a connection of its own, so that neither waits for the other.
"""

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping

from agent.policy.held_policy import HeldPolicy
from agent.sending.sender import Sender, SenderState
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
        wall_us: Callable[[], int],
        health: Callable[[], Mapping[str, object]],
        on_policy: Callable[[HeldPolicy], None],
        timeout_seconds: float,
    ) -> None:
        address = parse_address(enrolled.server)
        token, ca_file = enrolled.agent_token, enrolled.ca_file
        self._clients = [
            ServiceClient(address, token=token, timeout_seconds=timeout_seconds, ca_file=ca_file) for _ in range(2)
        ]
        sending, governing = self._clients
        self.sender = Sender(store, sending, uniform=uniform)
        self.exchange = ServiceExchange(
            store,
            governing,
            login=enrolled.login,
            wall_us=wall_us,
            uniform=uniform,
            health=health,
            on_policy=on_policy,
        )
        self._stopping, self._exchange_wanted = threading.Event(), threading.Event()
        stopping, wanted = self._stopping, self._exchange_wanted
        self.workers = (
            Worker("sender", self.sender.step, stopping=stopping, free=sending.cut, last=self._send_the_rest),
            Worker("exchange", self.exchange.step, stopping=stopping, wake=wanted, free=governing.cut),
        )

    def start(self) -> None:
        for worker in self.workers:
            worker.start()

    def want_exchange(self) -> None:
        """Now, rather than at its next round."""
        self._exchange_wanted.set()

    def ask_to_end(self) -> None:
        self._stopping.set()
        self._exchange_wanted.set()

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
