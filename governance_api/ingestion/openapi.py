"""Documents the two wire forms and the receipt in /openapi.json, with schemas generated from `domain`."""

from typing import Any

import msgspec

from domain.event_batches import (
    COLUMNS_MEDIA_TYPE,
    PREFER_REFUSED_EVENTS,
    ROWS_MEDIA_TYPE,
    BatchHeader,
    BatchReceipt,
    EventBatch,
)
from domain.raw_events import RawEvent

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_REFUSALS = {
    401: "No installed agent has this token",
    403: "The session is of another person or another agent, or this agent waits to be confirmed",
    409: "The batch_key names other events, or two contexts have one key",
    413: "The body is larger than an event batch may be, packed or unpacked",
    415: "Neither of the two wire forms, or an unknown compression",
    422: "The body is no event batch; the sentence says what, where and what to do",
    503: "Not stored just now; send the same batch again under the same batch_key",
}


def _inlined(kind: Any) -> dict[str, Any]:
    """The JSON schema of a struct with its definitions inside: OpenAPI has no place beside the schema for them."""
    schema = msgspec.json.schema(kind)
    definitions = schema.get("$defs", {})

    def resolve(part: Any) -> Any:
        match part:
            case {"$ref": str(name)}:
                return resolve(definitions[name.rpartition("/")[2]])
            case dict():
                return {key: resolve(value) for key, value in part.items() if key != "$defs"}
            case list():
                return [resolve(value) for value in part]
        return part

    resolved: dict[str, Any] = resolve(schema)
    return resolved


def _rows_schema() -> dict[str, Any]:
    return {
        "type": "string",
        "description": "NDJSON: the first line is `header`, every further line one `event`.",
        "x-line-schemas": {"header": _inlined(BatchHeader), "event": _inlined(RawEvent)},
    }


def _columns_schema() -> dict[str, Any]:
    return _inlined(EventBatch) | {
        "description": (
            "MessagePack of this object; every column is a binary string of little-endian integers, one per event: "
            "sequence and occurred_at (UTC microseconds) int64, kind and source uint8 codes, context uint32 index, "
            "element and task uint32 (0: none, else 1 + index), key_count and value_length int32. "
            "The last five may be empty: zero everywhere."
        )
    }


OPENAPI: dict[str, Any] = {
    "summary": "Send one event batch",
    "responses": {
        200: {
            "description": "The receipt: the accepted events are durable",
            "content": {"application/json": {"schema": _inlined(BatchReceipt)}},
        },
        **{status: {"description": text, "content": _PROBLEM} for status, text in _REFUSALS.items()},
    },
    "openapi_extra": {
        "security": [{"agentToken": []}],
        "parameters": [
            {
                "name": "Content-Encoding",
                "in": "header",
                "schema": {"enum": ["zstd", "gzip", "identity"], "default": "identity"},
            },
            {
                "name": "Prefer",
                "in": "header",
                "description": f"`{PREFER_REFUSED_EVENTS}`: the receipt names the events that were refused",
                "schema": {"type": "string"},
            },
        ],
        "requestBody": {
            "required": True,
            "content": {
                ROWS_MEDIA_TYPE: {"schema": _rows_schema()},
                COLUMNS_MEDIA_TYPE: {"schema": _columns_schema()},
            },
        },
    },
}
"""What FastAPI's `add_api_route` is told about the route."""
