"""Decodes a request's body into a batch: which form, unpacked within bounds, every fault named.

Add a wire form here and in `openapi`: its media type, and a function that makes a DecodedBatch of it.
"""

import zlib

import msgspec
from backports.zstd import DecompressionParameter, ZstdDecompressor, ZstdError

from domain.errors import DomainError
from domain.event_batches import COLUMNS_MEDIA_TYPE, MAX_BATCH_BYTES, ROWS_MEDIA_TYPE, EventBatch
from governance_api.ingestion.errors import MalformedBatchError, OversizedBatchError, UnknownFormError
from governance_api.ingestion.wire_forms.event_columns import DecodedBatch, columns_of_batch
from governance_api.ingestion.wire_forms.rows import decode_rows

#: A frame may not ask for more memory than a batch may have.
_ZSTD_OPTIONS: dict[int, int] = {DecompressionParameter.window_log_max: MAX_BATCH_BYTES.bit_length() - 1}
_GZIP = 16 + zlib.MAX_WBITS
_COLUMNS = msgspec.msgpack.Decoder(EventBatch)

ENCODINGS = ("zstd", "gzip", "identity")


def check_form(media_type: str, encoding: str) -> None:
    """Raises UnknownFormError for a Content-Type or Content-Encoding that is none of ours."""
    if media_type not in {ROWS_MEDIA_TYPE, COLUMNS_MEDIA_TYPE}:
        raise UnknownFormError("Content-Type", media_type)
    if encoding not in ENCODINGS:
        raise UnknownFormError("Content-Encoding", encoding)


def decode_batch(body: bytes, *, media_type: str, encoding: str) -> DecodedBatch:
    """Raises OversizedBatchError, or MalformedBatchError saying what is wrong, where, and what to do."""
    unpacked = unpack(body, encoding)
    try:
        batch = _decode_columns(unpacked) if media_type == COLUMNS_MEDIA_TYPE else decode_rows(unpacked)
        _check_header(batch)
    except DomainError as error:
        raise MalformedBatchError(str(error)) from error
    return batch


def unpack(body: bytes, encoding: str) -> bytes:
    """The body without its compression; never more than MAX_BATCH_BYTES of it are unpacked."""
    if encoding == "identity":
        unpacked, is_whole, rest = body, True, b""
    elif encoding == "zstd":
        frame = ZstdDecompressor(options=_ZSTD_OPTIONS)
        try:
            unpacked = frame.decompress(body, MAX_BATCH_BYTES + 1)
        except ZstdError as error:
            raise MalformedBatchError(f"The body is no zstd frame ({error}): compress it again.") from error
        is_whole, rest = frame.eof, frame.unused_data
    else:
        stream = zlib.decompressobj(_GZIP)
        try:
            unpacked = stream.decompress(body, MAX_BATCH_BYTES + 1)
        except zlib.error as error:
            raise MalformedBatchError(f"The body is no gzip stream ({error}): compress it again.") from error
        is_whole, rest = stream.eof, stream.unused_data
    if len(unpacked) > MAX_BATCH_BYTES:
        raise OversizedBatchError
    if not is_whole or rest:
        where = "ends too early" if not is_whole else f"has {len(rest)} bytes behind its end"
        raise MalformedBatchError(f"The {encoding} body {where}: send one whole {encoding} stream.")
    return unpacked


def _decode_columns(unpacked: bytes) -> DecodedBatch:
    try:
        batch = _COLUMNS.decode(unpacked)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DomainError(f"The body is no event batch. {error}: correct it and send it again.") from error
    events = columns_of_batch(batch)
    return DecodedBatch(batch.batch_key, batch.session, events, batch.contexts, batch.elements, batch.tasks)


def _check_header(batch: DecodedBatch) -> None:
    session = batch.session
    for name, text in (
        ("batch_key", batch.batch_key),
        ("session.login", session.login),
        ("session.host", session.host),
        ("session.time_zone", session.time_zone),
        ("session.agent_version", session.agent_version),
    ):
        if "\0" in text:
            raise DomainError(f"{name} holds a NUL character: remove it.")
