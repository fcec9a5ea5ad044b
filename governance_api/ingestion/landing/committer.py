"""Runs the thread that makes durable, together, whatever was delivered while the last group was being written."""

import threading
import time
from collections.abc import Callable

from governance_api.ingestion.deliveries import BatchName, Delivery
from governance_api.ingestion.errors import NotDurableError

MAX_WAITING_EVENTS = 2_000_000
MAX_GROUP_EVENTS = 250_000
#: How long a group waits for requests that have begun to arrive; a lone connection never waits.
LINGER_SECONDS = 0.02


class Committer:
    """Deliveries are submitted by event loops; `store` answers every delivery it is given, and never raises."""

    def __init__(self, store: Callable[[list[Delivery]], None]) -> None:
        self._store = store
        self._waiting: list[Delivery] = []
        self._waiting_events = 0
        self._changed = threading.Condition()
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="ingestion committer", daemon=True)
        #: Requests that have begun and are not submitted yet; written by the event loop only.
        self.arriving = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when everything submitted is answered."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify()
        self._thread.join()

    def submit(self, delivery: Delivery) -> None:
        """Raises NotDurableError when too much is waiting already."""
        with self._changed:
            if self._is_stopping or self._waiting_events + delivery.sent > MAX_WAITING_EVENTS:
                raise NotDurableError("Too many events are waiting to be stored: send the batch again in a second.")
            self._waiting.append(delivery)
            self._waiting_events += delivery.sent
            self._changed.notify()

    def _run(self) -> None:
        while group := self._next_group():
            self._store(group)

    def _next_group(self) -> list[Delivery]:
        """Waits for at least one delivery; none means the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_stopping)
            deadline = time.monotonic() + LINGER_SECONDS
            while self.arriving and not self._is_stopping and self._waiting_events < MAX_GROUP_EVENTS:
                if not self._changed.wait(max(0.0, deadline - time.monotonic())):
                    break
            return self._take()

    def _take(self) -> list[Delivery]:
        """The first deliveries. Of two with one name the second stays: it is a duplicate once the first is durable."""
        group: list[Delivery] = []
        rest: list[Delivery] = []
        names: set[BatchName] = set()
        events = 0
        for delivery in self._waiting:
            if delivery.name in names or (group and events + delivery.sent > MAX_GROUP_EVENTS):
                rest.append(delivery)
                continue
            names.add(delivery.name)
            events += delivery.sent
            group.append(delivery)
        self._waiting, self._waiting_events = rest, self._waiting_events - events
        return group
