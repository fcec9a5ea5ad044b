"""Encodes one delivery as bytes: the column-oriented wire form of `domain.event_batches`, compressed."""

import zlib

import msgspec

from agent.spool.rows import PlannedBatch
from domain.event_batches import batch_of_rows

CODING = "gzip"
"""Not zstd: of deliveries it makes no fewer bytes, and its library keeps a megabyte of memory."""

_GZIP_FRAME = 16 + zlib.MAX_WBITS
_encoder = msgspec.msgpack.Encoder()


def encode(batch: PlannedBatch) -> bytes:
    return _encoder.encode(batch_of_rows(batch.batch_key, batch.session, batch.events))


def compress(body: bytes) -> bytes:
    return zlib.compress(body, wbits=_GZIP_FRAME)
