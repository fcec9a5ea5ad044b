"""Reads the body of a GraphQL request once, within bounds, and hands it on to Dagster."""

import json

from starlette.types import Message, Receive

MAX_BODY_BYTES = 2 * 1024 * 1024


async def read_query(receive: Receive) -> tuple[bytes, tuple[int, str] | None]:
    """The whole body, and status and sentence where it is refused: too large, no JSON, or a list of several."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            return b"", (413, f"The body is larger than {MAX_BODY_BYTES:,} bytes: send less at once.")
        if not message.get("more_body", False):
            break
    try:
        is_object = isinstance(json.loads(bytes(body)), dict)
    except (ValueError, RecursionError):
        is_object = False
    return bytes(body), None if is_object else (400, "The body is no JSON object: send one query at a time.")


def replaying(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that was read, and then what comes after it."""
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay
