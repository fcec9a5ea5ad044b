"""Sends what waits, for ever: one delivery at a time, until the server has said that it is durable.

One `step` does one thing and says how long to wait, so that it can be tested without a thread.
"""

import logging
import time
from collections.abc import Callable
from enum import StrEnum
from itertools import islice
from typing import Protocol

import msgspec

from agent.sending.encoding import CODING, compress, encode
from agent.service_link.client import Answer, ServiceError, error_of, retry_after
from agent.service_link.retrying import Backoff
from agent.service_link.server_clock import ServerClock
from agent.spool.deliveries import acknowledge, next_batch, quarantine, split
from agent.spool.rows import PlannedBatch
from agent.spool.store import SpoolStore
from agent.spool.upkeep import withdraw
from domain.event_batches import COLUMNS_MEDIA_TYPE, BatchReceipt

IDLE_SECONDS = 10.0
BATCH_EVENTS = 500
BACKLOG_BATCH_EVENTS = 5_000
QUARANTINED_IN_A_ROW_MAX = 5
"""A server that refuses every event is wrong about all of them: then they stay, and it is asked again later."""

_log = logging.getLogger(__name__)
_REFUSES_CONTENT = frozenset({400, 409, 413, 415, 422})


class SenderState(StrEnum):
    """How sending goes, in the words of `status`."""

    UP_TO_DATE = "up to date"
    SENDING = "sending"
    WAITING_TO_RETRY = "waiting to retry"
    RE_ENROLMENT_WANTED = "re-enrolment wanted"
    SERVER_REFUSES_ALL = "server refuses every event"


class BatchPost(Protocol):
    """The part of the service client that the sender needs."""

    def send_batch(self, body: bytes, *, media_type: str, encoding: str, may_leave: Callable[[], bool]) -> Answer: ...

    def cut(self) -> None: ...


class Sender:
    """Used by one thread; `recall` by any."""

    def __init__(
        self,
        store: SpoolStore,
        client: BatchPost,
        *,
        uniform: Callable[[float, float], float],
        server_clock: ServerClock | None = None,
        backlog_batch_events: int = BACKLOG_BATCH_EVENTS,
        on_signed_off: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._backlog_batch_events = backlog_batch_events
        self._client = client
        self._on_signed_off = on_signed_off
        self._backoff = Backoff(uniform)
        self._quarantined_in_a_row = 0
        self._server_clock = server_clock or ServerClock(lambda shift_us: None)
        self._plans_recalled = 0
        self.state = SenderState.UP_TO_DATE
        self.last_error = ""
        self.last_sent_us: int | None = None
        self.sent_count = 0
        self.refused_count = 0

    def step(self) -> float:
        """Sends at most one delivery. Returns the seconds after which to call again; 0 means at once."""
        if self.state is SenderState.RE_ENROLMENT_WANTED:
            return IDLE_SECONDS
        recalled = self._plans_recalled
        if self._store.is_withdrawal_due:
            withdraw(self._store, at_us=time.time_ns() // 1000)
        has_backlog = self._store.waiting_count > 2 * BATCH_EVENTS
        batch = next_batch(self._store, max_events=self._backlog_batch_events if has_backlog else BATCH_EVENTS)
        if batch is None:
            self.state = SenderState.UP_TO_DATE
            return IDLE_SECONDS
        try:
            body = compress(encode(batch))
            answer = self._client.send_batch(
                body,
                media_type=COLUMNS_MEDIA_TYPE,
                encoding=CODING,
                may_leave=lambda: self._plans_recalled == recalled,
            )
        except ServiceError as error:
            return self._retry(str(error), retry_after_seconds=error.retry_after_seconds)
        return self._answered(batch, answer)

    def recall(self) -> None:
        """Nothing that was planned so far leaves any more; a delivery that is under way is cut off."""
        self._plans_recalled += 1
        self._client.cut()

    def _answered(self, batch: PlannedBatch, answer: Answer) -> float:
        if answer.status == 401:
            self.state = SenderState.RE_ENROLMENT_WANTED
            self._on_signed_off()
            self.last_error = "The server no longer knows this agent: run `task-mining-agent enrol` again."
            _log.error("%s", self.last_error)
            return IDLE_SECONDS
        if answer.status in _REFUSES_CONTENT:
            return self._refused(batch, answer)
        if answer.status != 200:
            refusal = error_of(answer)
            return self._retry(str(refusal), retry_after_seconds=retry_after(answer.headers))
        receipt = read_receipt(answer.body, batch)
        if receipt is None:
            return self._retry("The server's receipt does not fit the delivery: check what answers there.")
        sent_us, received_us = answer.round_trip
        self._server_clock.look(server_us=receipt.server_time_us, sent_us=sent_us, received_us=received_us)
        at_us = self._server_clock.server_us(received_us)
        acknowledge(self._store, batch, at_us=at_us, refused=_refused_events(batch, receipt))
        self._backoff.succeeded()
        self._quarantined_in_a_row = 0
        self.last_sent_us, self.last_error = at_us, ""
        self.sent_count += receipt.sent
        self.refused_count += receipt.refused_count
        if receipt.refused:
            _log.warning("The server refused %s of %d events.", receipt.refused, receipt.sent)
        self.state = SenderState.SENDING
        return 0.0 if self._store.waiting_count >= BATCH_EVENTS else IDLE_SECONDS

    def _refused(self, batch: PlannedBatch, answer: Answer) -> float:
        reason = f"{answer.status}: {error_of(answer)}"
        if len(batch.bodies) > 1:
            split(self._store, batch)
            return 0.0
        if self._quarantined_in_a_row >= QUARANTINED_IN_A_ROW_MAX:
            wait = self._retry(reason)
            self.state = SenderState.SERVER_REFUSES_ALL
            return wait
        _log.error("One event is refused by the server and put aside (%s).", reason)
        quarantine(self._store, batch, reason=reason, at_us=self._server_clock.server_us(answer.round_trip[1]))
        self._quarantined_in_a_row += 1
        self.last_error = reason
        return 0.0

    def _retry(self, reason: str, *, retry_after_seconds: float | None = None) -> float:
        if self.last_error != reason:
            _log.warning("Not sent: %s", reason)
        self.state, self.last_error = SenderState.WAITING_TO_RETRY, reason
        return self._backoff.failed(retry_after_seconds=retry_after_seconds)


def _refused_events(batch: PlannedBatch, receipt: BatchReceipt) -> list[tuple[str, list[int]]]:
    """(reason, sequences) of what was refused. A receipt that does not name them leaves the oldest to be suspected."""
    named = [(reason, sequences) for reason, sequences in receipt.refused_events.items() if sequences]
    if named or not receipt.refused_count:
        return named
    sequences = iter([event.sequence for event in batch.events])
    return [(reason, [*islice(sequences, count)]) for reason, count in receipt.refused.items()]


def read_receipt(body: bytes, batch: PlannedBatch) -> BatchReceipt | None:
    """The receipt, if it is one and its arithmetic is about this delivery."""
    try:
        receipt = msgspec.json.decode(body, type=BatchReceipt)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    is_about_it = receipt.batch_key == batch.batch_key and receipt.sent == len(batch.bodies)
    is_arithmetic = receipt.accepted + receipt.duplicate + receipt.refused_count == receipt.sent
    has_sense = min(receipt.accepted, receipt.duplicate, *receipt.refused.values(), 0) >= 0
    is_in_our_age = 0 < receipt.server_time_us < 4 * time.time_ns() // 1000
    return receipt if is_about_it and is_arithmetic and has_sense and is_in_our_age else None
