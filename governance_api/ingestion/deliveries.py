"""One delivery on its way from the request to its receipt, and what is known of it at the end."""

from asyncio import AbstractEventLoop, Future
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

from domain.event_batches import BatchReceipt
from governance_api.errors import GovernanceError
from governance_api.ingestion.gate import Refusal
from governance_api.ingestion.senders import Sender
from governance_api.ingestion.wire_forms.event_columns import DecodedBatch, EventColumns

#: Longer than any agent keeps what it could not send.
SENT_WITHIN = timedelta(days=31)

BatchName: TypeAlias = tuple[int, str]
"""agent_id and batch_key: what a batch receipt is found by."""
Outcome: TypeAlias = BatchReceipt | GovernanceError


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """A decoded batch, the events of it that may be stored, and who waits for the receipt."""

    sender: Sender
    batch: DecodedBatch
    events: EventColumns
    refusals: tuple[Refusal, ...]
    session_key: int
    content_hash: bytes
    received_at_us: int
    answer: "Future[Outcome]" = field(repr=False)
    names_refused: bool = False

    @property
    def name(self) -> BatchName:
        return self.sender.agent_id, self.batch.batch_key

    @property
    def sent(self) -> int:
        return len(self.batch.events)

    @property
    def refused(self) -> dict[str, int]:
        return {str(refusal.reason): refusal.event_count for refusal in self.refusals}

    @property
    def refused_events(self) -> dict[str, list[int]]:
        """Their sequences by reason, for a sender that wants to be told."""
        if not self.names_refused:
            return {}
        return {str(refusal.reason): list(refusal.sequences) for refusal in self.refusals}

    def receipt(self) -> BatchReceipt:
        """The answer once the events are durable and their receipt stands in PostgreSQL."""
        return BatchReceipt(
            self.batch.batch_key,
            self.sent,
            len(self.events),
            0,
            self.refused,
            server_time_us=self.received_at_us,
            refused_events=self.refused_events,
        )

    def duplicate_receipt(self, refused: dict[str, int]) -> BatchReceipt:
        """The answer to a batch that was receipted before: what was refused then is refused still.

        Which events those were is named where they would be refused today as well.
        """
        duplicate = self.sent - sum(refused.values())
        named = self.refused_events if refused == self.refused else {}
        return BatchReceipt(self.batch.batch_key, self.sent, 0, duplicate, refused, self.received_at_us, named)


def settle(outcomes: Iterable[tuple[Delivery, Outcome]]) -> None:
    """Hands the outcomes to the requests that wait, with one call into their event loop."""
    by_loop: dict[AbstractEventLoop, list[tuple[Future[Outcome], Outcome]]] = {}
    for delivery, outcome in outcomes:
        by_loop.setdefault(delivery.answer.get_loop(), []).append((delivery.answer, outcome))
    for loop, answers in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_answer_all, answers)


def _answer_all(answers: list[tuple["Future[Outcome]", Outcome]]) -> None:
    for future, outcome in answers:
        if not future.done():
            future.set_result(outcome)
