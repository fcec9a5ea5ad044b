"""Bodies of event batches in both wire forms: whole ones, and such with a bit, a length, a field or a form wrong."""

import gzip
from random import Random
from typing import Any

import msgspec
from backports import zstd

from benchmarks.fuzzing.odd_values import odd_value
from benchmarks.ingestion.generated_batches import batch_of, rows_of
from domain.event_batches import COLUMNS_MEDIA_TYPE, ROWS_MEDIA_TYPE, BatchHeader, EventBatch

FORMS = (ROWS_MEDIA_TYPE, COLUMNS_MEDIA_TYPE)
ENCODINGS = ("identity", "gzip", "zstd")
MAX_EVENTS = 60


def any_batch(person: int, random: Random) -> tuple[bytes, dict[str, str]]:
    """(body, headers) of one delivery; about half of them are as an agent would send them."""
    batch = batch_of(person, random.randrange(2_000), random.randint(1, MAX_EVENTS))
    form = random.choice(FORMS)
    body = _rows(batch, random) if form == ROWS_MEDIA_TYPE else _columns(batch, random)
    encoding = random.choice(ENCODINGS)
    packed = gzip.compress(body) if encoding == "gzip" else zstd.compress(body) if encoding == "zstd" else body
    if random.random() < 0.15:
        packed = _broken(packed, random)
    if random.random() < 0.05:
        form = random.choice((*FORMS, "application/json", "text/plain; charset=latin-1"))
    if random.random() < 0.05:
        encoding = random.choice((*ENCODINGS, "br", "zstd, gzip"))
    return packed, {"Content-Type": form, "Content-Encoding": encoding}


def _rows(batch: EventBatch, random: Random) -> bytes:
    header: Any = msgspec.to_builtins(BatchHeader(batch.batch_key, batch.session))
    events: list[Any] = [msgspec.to_builtins(each) for each in rows_of(batch)]
    if random.random() < 0.3:
        event = random.choice(events)
        event[random.choice(list(event))] = odd_value(random)
    if random.random() < 0.1:
        header[random.choice(list(header))] = odd_value(random)
    return b"\n".join(_json(each) for each in (header, *events))


def _columns(batch: EventBatch, random: Random) -> bytes:
    fields: Any = msgspec.to_builtins(batch, builtin_types=(bytes,))
    if random.random() < 0.3:
        name = random.choice(list(fields))
        value = fields[name]
        is_buffer = isinstance(value, bytes) and random.random() < 0.8
        fields[name] = _broken(value, random) if is_buffer else _packable(odd_value(random))
    return msgspec.msgpack.encode(fields)


def _json(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (UnicodeEncodeError, RecursionError, OverflowError):
        return b'{"sequence": "\\ud800"}'


def _packable(value: Any) -> Any:
    try:
        msgspec.msgpack.encode(value)
    except (UnicodeEncodeError, RecursionError, OverflowError):
        return b"\xed\xa0\x80"
    return value


def _broken(body: bytes, random: Random) -> bytes:
    if not body:
        return b"\x00"
    place = random.randrange(len(body))
    match random.randrange(3):
        case 0:
            return body[:place]
        case 1:
            return body + body[place:]
    return body[:place] + bytes([body[place] ^ 1 << random.randrange(8)]) + body[place + 1 :]
