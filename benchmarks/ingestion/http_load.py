"""Sends prepared HTTP requests in a closed loop: each connection sends its next one when it is answered.

It knows nothing of event batches and serves both contenders.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import uvloop


@dataclass(frozen=True, kw_only=True)
class LoadResult:
    """Wall seconds from the first request to the last answer, and the bodies of the answers."""

    seconds: float
    answers: list[bytes]


def request_bytes(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A whole HTTP/1.1 request, ready to be written to a socket."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def send_all(port: int, queues: Sequence[Sequence[bytes]]) -> LoadResult:
    """One connection per queue. Raises RuntimeError with the answer when one of them is no 2xx."""
    return uvloop.run(_send_all(port, queues))


async def _send_all(port: int, queues: Sequence[Sequence[bytes]]) -> LoadResult:
    started = time.perf_counter()
    several = await asyncio.gather(*(_send_in_turn(port, queue) for queue in queues))
    return LoadResult(seconds=time.perf_counter() - started, answers=[answer for each in several for answer in each])


async def _send_in_turn(port: int, queue: Sequence[bytes]) -> list[bytes]:
    answers: list[bytes] = []
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    try:
        for request in queue:
            if reader.at_eof():  # a server that closes after each answer
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
            writer.write(request)
            answers.append(await read_answer(reader))
    finally:
        writer.close()
    return answers


async def read_answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    if b"content-length:" in lower:
        length = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        body = await reader.readexactly(length)
    else:
        body = await reader.read()
    if lower.startswith(b"http/1.0") or b"connection: close" in lower:
        await reader.read()
    if head.split(b" ", 2)[1][:1] != b"2":
        raise RuntimeError(f"The server under load refused a request: {head[:40]!r} {body[:300]!r}")
    return body
