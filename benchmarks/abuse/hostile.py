"""Connections that are there to harm, each again a second after it was cut; a process of its own.

`python -m benchmarks.abuse.hostile PORT COUNT SECONDS`: so many connections, of every kind as many, for so long. Then
none begins again; a line of JSON says, of each kind, how often it was opened and how often it was cut.
Add a kind as a function that talks to an open connection until it is cut.
"""

import asyncio
import json
import random
import socket
import sys
from collections import Counter
from collections.abc import Awaitable, Callable

import uvloop

PATIENCE_SECONDS = 60.0
#: Of the loopback network, as if they came from several machines: no one address reaches its own bound.
SOURCES = tuple(f"127.0.0.{number}" for number in range(2, 7))
SMALL_BUFFER = 4_096
HEADER = b"Host: 127.0.0.1\r\n"
Connection = socket.socket


async def silent(connection: Connection) -> None:
    await _until_cut(connection)


async def half_header(connection: Connection) -> None:
    """A letter a second."""
    await _send(connection, b"GET /health HTTP/1.1\r\n" + HEADER + b"X-Padding: ")
    await _trickle(connection, b"x")


async def half_body(connection: Connection) -> None:
    await _send(connection, b"POST /tokens HTTP/1.1\r\n" + HEADER + b"Content-Length: 1000000\r\n\r\n")
    await _trickle(connection, b"x")


async def half_batch(connection: Connection) -> None:
    """To the one route that reads bodies itself."""
    head = b"POST /agent/event-batches HTTP/1.1\r\n" + HEADER + b"Transfer-Encoding: chunked\r\n"
    await _send(
        connection, head + b"Authorization: Bearer agent_benchmark_0\r\nContent-Type: application/x-ndjson\r\n\r\n"
    )
    await _trickle(connection, b"1\r\nx\r\n")


async def huge_header(connection: Connection) -> None:
    """100 MB of it, as fast as it is taken."""
    await _send(connection, b"GET /health HTTP/1.1\r\n" + HEADER + b"X-Padding: ")
    for _ in range(1_600):
        await _send(connection, b"x" * 65_536)
    await _until_cut(connection)


async def never_reading(connection: Connection) -> None:
    """Asks for the largest answer that anybody gets, four times, and then again and again."""
    request = b"GET /openapi.json HTTP/1.1\r\n" + HEADER + b"\r\n"
    await _send(connection, request * 4)
    await _knock(connection, request)


async def never_reading_once(connection: Connection) -> None:
    await _send(connection, b"GET /openapi.json HTTP/1.0\r\n\r\n")
    await _knock(connection, b"x")


async def never_asking_again(connection: Connection) -> None:
    """Keeps a connection open after its answer by empty lines."""
    await _send(connection, b"GET /pages/login HTTP/1.1\r\n" + HEADER + b"\r\n")
    await _trickle(connection, b"\r\n")


KINDS: tuple[Callable[[Connection], Awaitable[None]], ...] = (
    *(silent, half_header, half_body, half_batch),
    *(huge_header, never_reading, never_reading_once, never_asking_again),
)


async def _send(connection: Connection, data: bytes) -> None:
    await asyncio.get_running_loop().sock_sendall(connection, data)


async def _trickle(connection: Connection, data: bytes) -> None:
    reading = asyncio.ensure_future(_until_cut(connection))
    try:
        while not reading.done():
            await _send(connection, data)
            await asyncio.wait((reading,), timeout=1)
    finally:
        reading.cancel()


async def _until_cut(connection: Connection) -> None:
    while await asyncio.get_running_loop().sock_recv(connection, 65_536):
        pass


async def _knock(connection: Connection, data: bytes) -> None:
    """Without reading, whoever has hung up is known by refusing more."""
    while True:
        await asyncio.sleep(1)
        await _send(connection, data)


class Attack:
    """Keeps `count` connections there, and counts what becomes of them by kind."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.opened: Counter[str] = Counter()
        self.cut: Counter[str] = Counter()
        self.is_over = False

    async def keep(self, number: int) -> None:
        kind = KINDS[number % len(KINDS)]
        await asyncio.sleep(number / 250)
        while not self.is_over:
            with socket.socket() as connection:
                connection.setblocking(False)
                if "reading" in kind.__name__:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
                connection.bind((SOURCES[number % len(SOURCES)], 0))
                try:
                    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", self._port))
                    self.opened[kind.__name__] += 1
                    await kind(connection)
                    self.cut[kind.__name__] += 1
                except OSError:
                    self.cut[kind.__name__] += 1
            await asyncio.sleep(random.uniform(0.5, 1.5))  # noqa: S311 - so that they do not march in step

    async def run(self, count: int, seconds: float) -> None:
        tasks = [asyncio.ensure_future(self.keep(number)) for number in range(count)]
        await asyncio.sleep(seconds)
        self.is_over = True
        _, waiting = await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
        for task in waiting:
            task.cancel()


def main(port: int, count: int, seconds: float) -> None:
    attack = Attack(port)
    uvloop.run(attack.run(count, seconds))
    print(json.dumps({"opened": attack.opened, "cut": attack.cut}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
