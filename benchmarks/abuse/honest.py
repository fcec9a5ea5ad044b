"""Those who only want to work, agents and an analyst who reads lists: how long each of their answers took."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np

from benchmarks.ingestion.generated_batches import batch_of, columns_body
from benchmarks.ingestion.http_load import read_answer, request_bytes
from benchmarks.ingestion.service_under_load import token_of
from domain.event_batches import COLUMNS_MEDIA_TYPE, BatchReceipt

AGENTS, EVENTS_PER_BATCH = 4, 100
PATHS = ("/projects", "/data-requests", "/workstation-users", "/configuration", "/accounts/me", "/health")
PAUSE_SECONDS = 0.1
#: An answer that takes longer is one that nobody waits for any more.
PATIENCE_SECONDS = 20.0


@dataclass
class Waiting:
    """Milliseconds of every answer; what was not answered, or otherwise than by 200, is counted apart."""

    milliseconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        if not self.milliseconds:
            return f"{name}: no answer at all; {len(self.failures)} failures, such as {self.failures[0]}"
        p50, p95, longest = np.percentile(self.milliseconds, (50, 95, 100))
        failed = f", {len(self.failures)} FAILED, such as {self.failures[0]}" if self.failures else ""
        return f"{name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, max {longest:.0f} ms of {len(self.milliseconds)}{failed}"


async def work(port: int, *, analyst_token: str, seconds: float, round_number: int) -> tuple[Waiting, Waiting]:
    """Agents and analyst at once; each waits for its answer, pauses, and asks again, on a connection of its own."""
    until = time.monotonic() + seconds
    agents, analyst = Waiting(), Waiting()
    batches = int(seconds / PAUSE_SECONDS) + 1
    first = round_number * batches
    await asyncio.gather(
        *(_ask(port, _batches(person, first, batches), agents, until) for person in range(AGENTS)),
        _ask(port, _questions(analyst_token, batches), analyst, until),
    )
    return agents, analyst


def _batches(person: int, first: int, count: int) -> Sequence[bytes]:
    headers = {"Authorization": f"Bearer {token_of(person)}", "Content-Type": COLUMNS_MEDIA_TYPE}
    headers |= {"Content-Encoding": "zstd", "Connection": "close"}
    return [
        request_bytes("/agent/event-batches", columns_body(batch_of(person, first + index, EVENTS_PER_BATCH)), headers)
        for index in range(count)
    ]


def _questions(token: str, count: int) -> Sequence[bytes]:
    head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    return [f"GET {PATHS[index % len(PATHS)]} HTTP/1.1\r\n{head}".encode() for index in range(count)]


async def _ask(port: int, requests: Sequence[bytes], waiting: Waiting, until: float) -> None:
    for request in requests:
        if time.monotonic() > until:
            return
        began = time.perf_counter()
        try:
            answer = await asyncio.wait_for(_answer(port, request), PATIENCE_SECONDS)
            if request.startswith(b"POST"):
                _check_receipt(answer)
            waiting.milliseconds.append((time.perf_counter() - began) * 1000)
        except (OSError, EOFError, RuntimeError) as error:
            waiting.failures.append(repr(error))
        await asyncio.sleep(PAUSE_SECONDS)


async def _answer(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    try:
        writer.write(request)
        return await read_answer(reader)
    finally:
        writer.close()


def _check_receipt(answer: bytes) -> None:
    receipt = msgspec.json.decode(answer, type=BatchReceipt)
    if receipt.accepted != EVENTS_PER_BATCH:
        raise RuntimeError(f"Not every event was accepted: {answer!r}")
