"""What a server does with clients that are too slow, send too much, or do not read: nothing in memory, and an end."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.types import Message, Receive, Scope, Send

from standalone.serving.limits import ConnectionLimits
from tests.fakes.certificates import Authority
from tests.fakes.raw_clients import GET, RawClient
from tests.governance_api.ingestion.builders import wait_until
from tests.governance_api.serving import serving

LIMITS = ConnectionLimits(
    handshake_seconds=0.4,
    header_seconds=0.4,
    idle_seconds=0.4,
    body_seconds=0.4,
    answer_seconds=0.4,
    refused_seconds=0.4,
    least_bytes_per_second=1_000_000_000,
    max_header_bytes=4_000,
)
POST = b"POST /%s HTTP/1.1\r\nHost: here\r\n"
MUCH = 30_000_000


class App:
    """Answers with as many bytes as the path says, or, at /early, before it has read; remembers what came whole."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.bodies: list[bytes] = []
        self.left_count = 0
        self.working_seconds = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for _ in range(2):
                message = await receive()
                await send({"type": f"{message['type']}.complete"})
            return
        name = scope["path"].removeprefix("/")
        if name != "early" and not await self._read(receive):
            return
        await asyncio.sleep(self.working_seconds)
        body = b"x" * int(name if name.isdigit() else 2)
        start: Message = {"type": "http.response.start", "status": 200, "headers": []}
        start["headers"].append((b"content-length", str(len(body)).encode()))
        await send(start)
        await send({"type": "http.response.body", "body": body})

    async def _read(self, receive: Receive) -> bool:
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.left_count += 1
                return False
            body += message["body"]
            if not message["more_body"]:
                self.bodies.append(body)
                return True


class Served:
    """A running server, and clients of it."""

    def __init__(self, app: App, address: str, authority: Path | None) -> None:
        self.app, self.address, self._authority = app, address, authority
        self._clients: list[RawClient] = []

    def client(self, *, receive_buffer: int | None = None, is_encrypted: bool = True) -> RawClient:
        client = RawClient(
            self.address, authority=self._authority, receive_buffer=receive_buffer, is_encrypted=is_encrypted
        )
        self._clients.append(client)
        return client

    def close(self) -> None:
        while self._clients:
            self._clients.pop().close()


@contextmanager
def served(folder: Path, *, is_encrypted: bool = False, limits: ConnectionLimits = LIMITS) -> Iterator[Served]:
    app, authority = App(), Authority(folder) if is_encrypted else None
    with serving(app, certificate=authority.issue() if authority else None, limits=limits) as address:
        server = Served(app, address, authority.file if authority else None)
        try:
            yield server
        finally:
            server.close()


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "encrypted"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("certificates"), is_encrypted=request.param) as server:
        yield server


@pytest.fixture
def server(running: Served) -> Iterator[Served]:
    running.app.forget()
    yield running
    assert running.client().send(GET % b"5").rest().endswith(b"xxxxx"), "it serves others as before"
    running.close()


def test_whoever_says_nothing_or_only_half_is_gone_after_its_time(server: Served) -> None:
    silent, half, blank = server.client(), server.client(), server.client()
    half.send(b"GET / HTTP/1.1\r\nHost: he")
    blank.send(b"\r\n\r\n")
    assert (silent.rest(), blank.rest()) == (b"", b"")
    assert_refused(half, 408, b"The headers did not arrive within 0.4 seconds: send the request again.")


def test_a_connection_without_a_next_request_is_gone_after_its_time(server: Served) -> None:
    idle, padding = server.client().send(GET % b"1"), server.client().send(GET % b"1" + b"\r\n")
    assert idle.rest().endswith(b"x")
    assert padding.rest().endswith(b"x")


def test_headers_without_end_are_refused_however_they_come(server: Served) -> None:
    for header in (b"A: " + b"x" * 100_000, b"a:\r\n" * 150, b"A: b\r\n" * 2_000):
        assert_refused(server.client().send(b"GET / HTTP/1.1\r\n" + header), 431, b"send fewer.")
    assert_refused(server.client().send(b"GET /" + b"x" * 5_000), 431, b"send fewer.")
    assert server.app.bodies == []


def test_trailers_and_chunk_extensions_have_no_other_bound_than_headers(server: Served) -> None:
    chunked = POST % b"" + b"Transfer-Encoding: chunked\r\n\r\n"
    for rest in (
        b"1;" + b"x" * 300_000,
        b"1\r\nx\r\n0\r\nA: " + b"x" * 300_000,
        b"1\r\nx\r\n0\r\n" + b"a: b\r\n" * 900,
    ):
        assert_refused(server.client().send(chunked + rest), 431, b"send fewer.")
    assert server.app.bodies == []


def test_half_a_body_is_refused_after_its_time_and_never_worked_on(server: Served) -> None:
    for head in (b"Content-Length: 100\r\n\r\nab", b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"):
        assert_refused(server.client().send(POST % b"" + head), 408, b"bytes a second: send less at once.")
    wait_until(lambda: server.app.left_count == 2)
    assert server.app.bodies == []


def test_whoever_reads_nothing_is_gone_after_its_time(server: Served) -> None:
    lazy = [server.client(receive_buffer=4_096).send(GET % str(MUCH).encode()) for _ in range(3)]
    kept = server.client(receive_buffer=4_096).send(GET.replace(b"1.1", b"1.0") % str(MUCH).encode())
    for client in (*lazy, kept):
        client.wait_until_cut()
        assert len(client.rest()) < MUCH


def test_many_requests_ahead_without_reading_are_cut(server: Served) -> None:
    assert server.client().send((GET % b"3") * 4).receive(4 * 100).count(b"200 OK") >= 1
    greedy = server.client().send((GET % b"100000") * 400)
    assert greedy.rest().count(b"200 OK") < 400
    assert len(server.app.bodies) < 100


def test_an_answer_before_the_end_of_the_body_ends_the_waiting_for_it(server: Served) -> None:
    early = server.client().send(POST % b"early" + b"Content-Length: 9000000\r\n\r\nbegun")
    assert early.rest().endswith(b"xx")
    assert server.app.bodies == []


def test_what_is_no_http_is_told_so(server: Served) -> None:
    assert_refused(server.client().send(b"\x16\x03\x01 hello\r\n\r\n"), 400, b"by TLS.")
    old = server.client().send(b"GET /3 HTTP/1.0\r\n\r\n")
    assert old.rest().endswith(b"xxx")
    upgrade = b"Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
    answer = server.client().send(b"GET /3 HTTP/1.1\r\nHost: here\r\n" + upgrade + b"\r\n").rest()
    assert answer.startswith(b"HTTP/1.1 200")


def test_the_time_of_the_application_is_not_the_clients(server: Served) -> None:
    server.app.working_seconds = 1.2
    assert server.client().send(GET % b"7").receive().startswith(b"HTTP/1.1 200")


def test_a_slow_client_is_waited_for_as_long_as_it_keeps_the_pace(tmp_path: Path) -> None:
    with served(
        tmp_path, limits=ConnectionLimits(body_seconds=0.4, idle_seconds=0.4, least_bytes_per_second=3)
    ) as server:
        slow = server.client().send(POST % b"" + b"Content-Length: 60\r\n\r\n")
        for _ in range(6):
            slow.send(b"x" * 10)
            time.sleep(0.1)
        assert slow.receive().startswith(b"HTTP/1.1 200")
        assert server.app.bodies == [b"x" * 60]


def test_handshakes_that_never_end_are_gone_after_their_time(tmp_path: Path) -> None:
    with served(tmp_path, is_encrypted=True) as server:
        silent = [server.client(is_encrypted=False) for _ in range(3)]
        half = server.client(is_encrypted=False).send(b"\x16\x03\x01\x02\x00\x01")
        for client in (*silent, half):
            assert client.rest() == b""
        assert server.client().send(GET % b"5").rest().endswith(b"xxxxx")


def assert_refused(client: RawClient, status: int, ending: bytes) -> None:
    head, _, body = client.rest().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), head
    assert b"application/problem+json" in head
    assert ending in body
