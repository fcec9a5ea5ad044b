"""What the spool hands out, and the one place where an event becomes a row's body and is read from it again."""

from collections.abc import Sequence
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

    @property
    def events(self) -> list[RawEvent]:
        return [raw_event(body) for body in self.bodies]


class SpoolFigures(msgspec.Struct, frozen=True):
    """How full the spool is. Times in microseconds, None when there is nothing to tell of."""

    waiting_count: int
    waiting_bytes: int
    oldest_waiting_us: int | None
    quarantined_count: int


class LossCount(msgspec.Struct, frozen=True):
    """Events that will never arrive, by one reason, since losses were last reported."""

    reason: str
    event_count: int
    first_us: int
    last_us: int


def raw_event(body: bytes) -> RawEvent:
    return _decoder.decode(body)


def body_of(event: RawEvent) -> bytes:
    return _encoder.encode(event)


def batch_key(session_id: str, sequences: Sequence[int], bodies: Sequence[bytes]) -> str:
    """Deterministic in what is delivered: it survives kill -9, and other content gets another key."""
    digest = blake2b(digest_size=12)
    for body in bodies:
        digest.update(len(body).to_bytes(4, "little"))
        digest.update(body)
    return f"{session_id}:{sequences[0]}-{sequences[-1]}:{digest.hexdigest()}"
