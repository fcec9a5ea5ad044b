"""What the spool hands out, and the one place where an event becomes a row's body and is read from it again."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from hashlib import blake2b

import msgspec

from domain.event_batches import AgentSession
from domain.raw_events import RawEvent

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(RawEvent)

ROW_OVERHEAD_BYTES = 64
"""What a row costs beside its body, in table and indexes (measured on 100,000 rows)."""


class PlannedBatch(msgspec.Struct, frozen=True):
    """One delivery that is or will be under way. The same events always have the same key.

    `bodies` are as they lie in the spool: only what is sent is unpacked, when it is sent.
    """

    batch_key: str
    session: AgentSession
    session_number: int
    first_position: int
    last_position: int
    bodies: tuple[bytes, ...]
    shift_us: int = 0
    """What the server's clock is ahead of the one that stamped the events."""

    @property
    def events(self) -> list[RawEvent]:
        """In the server's time."""
        events = [raw_event(body) for body in self.bodies]
        if not self.shift_us:
            return events
        shift = timedelta(microseconds=self.shift_us)
        return [msgspec.structs.replace(event, occurred_at=event.occurred_at + shift) for event in events]


class Outcome(StrEnum):
    """What became of an event that no longer waits. The server has it, or else: why not; words may follow a colon."""

    SENT = ""
    REFUSED = "refused"
    NOT_TAKEN = "not taken"
    DECLINED = "declined"
    DECLINED_ON_THE_WAY = "declined on the way"


class EventNote(msgspec.Struct, frozen=True):
    """What the row of an event says beside its body, for the person: never sent."""

    allowed_by: str = ""
    masked_by: str = ""


class StampingClock(msgspec.Struct, frozen=True):
    """The clock of one session: how far the wall clock was from the boot clock, in which boot. Microseconds."""

    boot_id: str
    wall_minus_boot_us: int


class SpoolFigures(msgspec.Struct, frozen=True):
    """How full the spool is. Times in microseconds, None when there is nothing to tell of."""

    waiting_count: int
    waiting_bytes: int
    oldest_waiting_us: int | None
    quarantined_count: int
    oldest_kept_us: int | None = None


class LossCount(msgspec.Struct, frozen=True):
    """Events that will never arrive, by one reason: those that the server has not been told of, and all of them."""

    reason: str
    event_count: int
    first_us: int
    last_us: int
    total_count: int = 0


def raw_event(body: bytes) -> RawEvent:
    return _decoder.decode(body)


def body_of(event: RawEvent) -> bytes:
    return _encoder.encode(event)


def assignments_text(approvals: Iterable[int]) -> str:
    """The assignments that allowed an event, as its row holds them."""
    return " ".join(str(each) for each in approvals)


def assignments_of(text: str) -> frozenset[int]:
    """Empty for an event of an agent that did not note them."""
    return frozenset(int(each) for each in text.split())


def batch_key(session_id: str, sequences: Sequence[int], bodies: Sequence[bytes], *, shift_us: int = 0) -> str:
    """Deterministic in what is delivered: it survives kill -9, and other content gets another key."""
    digest = blake2b(shift_us.to_bytes(8, "little", signed=True) if shift_us else b"", digest_size=12)
    for body in bodies:
        digest.update(len(body).to_bytes(4, "little"))
        digest.update(body)
    return f"{session_id}:{sequences[0]}-{sequences[-1]}:{digest.hexdigest()}"
