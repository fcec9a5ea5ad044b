"""Why a connection is ended early, and what its client is told: RFC 9457, like every refusal of the service.

Add a reason with its status and its sentence; one without is told nothing, because nobody would read it.
"""

import json
from enum import StrEnum
from http import HTTPStatus

from standalone.serving.limits import ConnectionLimits


class EndReason(StrEnum):
    """`<what>_too_<how>` where the client exceeds a bound of its own, and what became scarce otherwise."""

    HANDSHAKE_TOO_SLOW = "handshake_too_slow"
    HANDSHAKE_BROKEN_OFF = "handshake_broken_off"
    HEADER_TOO_SLOW = "header_too_slow"
    HEADER_TOO_LARGE = "header_too_large"
    BODY_TOO_SLOW = "body_too_slow"
    ANSWER_READ_TOO_SLOWLY = "answer_read_too_slowly"
    TOO_MANY_REQUESTS_AHEAD = "too_many_requests_ahead"
    MALFORMED = "malformed"
    NO_ROOM = "no_room"
    CROWDED_OUT = "crowded_out"


def answer_for(reason: EndReason, limits: ConnectionLimits) -> bytes | None:
    """A whole HTTP response that says that the connection ends, or None."""
    status, detail = _told(limits).get(reason, (None, ""))
    if status is None:
        return None
    problem = {
        "type": f"urn:task-mining:problem:{reason.replace('_', '-')}",
        "title": status.phrase,
        "status": status,
        "detail": detail,
    }
    body = json.dumps(problem).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/problem+json\r\n"
        f"content-length: {len(body)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


def _told(limits: ConnectionLimits) -> dict[EndReason, tuple[HTTPStatus, str]]:
    return {
        EndReason.HEADER_TOO_SLOW: (
            HTTPStatus.REQUEST_TIMEOUT,
            f"The headers did not arrive within {limits.header_seconds:g} seconds: send the request again.",
        ),
        EndReason.HEADER_TOO_LARGE: (
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            f"The address and the headers are more than {limits.max_header_bytes:,} bytes or too many: send fewer.",
        ),
        EndReason.BODY_TOO_SLOW: (
            HTTPStatus.REQUEST_TIMEOUT,
            f"The body came more slowly than {limits.least_bytes_per_second:,g} bytes a second: send less at once.",
        ),
        EndReason.MALFORMED: (
            HTTPStatus.BAD_REQUEST,
            "This is no request of HTTP/1.1: send one, and where the address begins with https, by TLS.",
        ),
        EndReason.NO_ROOM: (
            HTTPStatus.SERVICE_UNAVAILABLE,
            "Too many requests are open at once: repeat this one in a moment.",
        ),
    }
