"""One delivery as bytes: the column-oriented wire form, compressed.

The wire form itself is `domain.event_batches`; when to send belongs to the sender.
"""

import zlib

import msgspec

from agent.spool.rows import PlannedBatch
from domain.event_batches import batch_of_rows

_encoder = msgspec.msgpack.Encoder()


def encode(batch: PlannedBatch) -> bytes:
    return _encoder.encode(batch_of_rows(batch.batch_key, batch.session, batch.events))


def compress(body: bytes) -> tuple[bytes, str]:
    """(compressed, name of the coding): zstd where it is installed, else gzip."""
    try:
        from backports import zstd  # noqa: PLC0415 - part of the extra, absent on Python 3.14
    except ImportError:
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        return packer.compress(body) + packer.flush(), "gzip"
    return zstd.compress(body), "zstd"
