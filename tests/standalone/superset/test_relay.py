"""The relay before Superset: a server of one thread behind it, which a slow client would keep for itself."""

import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import UnixStreamServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx
import pytest

from standalone.superset import relay
from standalone.superset.relay import HEALTH, build_relay
from tests.governance_api.serving import serving

MORE_THAN_SOCKETS_HOLD = 16 * 1024 * 1024
PATIENCE_SECONDS = 30


@dataclass
class Asked:
    """One request as Superset's server sees it."""

    line: str
    headers: dict[str, list[str]]
    body: bytes


@dataclass
class Behind:
    """The server behind the relay: what it was asked, and how often it was done with an answer."""

    socket: Path
    asked: list[Asked] = field(default_factory=list)
    answered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


class Handler(BaseHTTPRequestHandler):
    behind: ClassVar[Behind]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): self.headers.get_all(name, []) for name in self.headers}
        self.behind.asked.append(Asked(self.requestline, headers, self.rfile.read(size)))
        body = b"x" * MORE_THAN_SOCKETS_HOLD if self.path == "/large" else b"a dashboard"
        self.send_response(200)
        for name, value in (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.behind.answered.release()

    do_POST = do_GET  # noqa: N815 - the name that is looked for

    def log_message(self, *_: Any) -> None:
        """Nothing: the tests look at `asked`."""


@pytest.fixture
def behind() -> Iterator[Behind]:
    with tempfile.TemporaryDirectory() as folder:  # a short path: sockets have no longer ones
        found = Behind(Path(folder) / "superset.sock")
        with UnixStreamServer(str(found.socket), type("Bound", (Handler,), {"behind": found})) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield found
            finally:
                server.shutdown()
                thread.join()


@pytest.fixture
def client(behind: Behind) -> Iterator[httpx.Client]:
    with (
        serving(build_relay(behind.socket)) as url,
        httpx.Client(base_url=url, timeout=PATIENCE_SECONDS) as client,
    ):
        yield client


@pytest.fixture
def connected(client: httpx.Client) -> Iterator[Callable[[bytes], socket.socket]]:
    """Opens a connection to the relay and sends so much."""
    opened: list[socket.socket] = []

    def connect(data: bytes) -> socket.socket:
        parts = urlsplit(str(client.base_url))
        connection = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=PATIENCE_SECONDS)
        opened.append(connection)
        connection.sendall(data)
        return connection

    yield connect
    for connection in opened:
        connection.close()


def test_what_is_asked_arrives_as_it_was_sent_and_so_does_the_answer(client: httpx.Client, behind: Behind) -> None:
    answer = client.post("/api/v1/chart/data?q=%28a%2Fb%29", json={"a": 1}, headers={"Cookie": "session=1"})
    assert (answer.status_code, answer.text) == (200, "a dashboard")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    (asked,) = behind.asked
    assert asked.line == "POST /api/v1/chart/data?q=%28a%2Fb%29 HTTP/1.1"
    assert (asked.body, asked.headers["cookie"]) == (b'{"a":1}', ["session=1"])
    assert asked.headers["host"] == [urlsplit(str(client.base_url)).netloc]


def test_nobody_but_the_relay_says_by_which_address_and_scheme_somebody_came(
    client: httpx.Client, behind: Behind
) -> None:
    told = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Forwarded-Ssl", "X-Forwarded-Host")
    spoofed = dict.fromkeys((*told, "Forwarded", "SCRIPT_NAME", "X_Forwarded_For", "PATH_INFO"), "https")
    client.get("/", headers=spoofed)
    (asked,) = behind.asked
    assert asked.headers["x-forwarded-for"] == ["127.0.0.1"]
    assert asked.headers["x-forwarded-proto"] == ["http"]
    assert not asked.headers.keys() & ({name.lower() for name in spoofed} - {"x-forwarded-for", "x-forwarded-proto"})


def test_the_word_of_a_trusted_proxy_is_passed_on_with_its_own_address(behind: Behind) -> None:
    told = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
    with serving(build_relay(behind.socket, proxies=("127.0.0.0/8",))) as url:
        httpx.get(url, headers=told)
    (asked,) = behind.asked
    assert asked.headers["x-forwarded-for"] == ["192.0.2.7, 127.0.0.1"]
    assert asked.headers["x-forwarded-proto"] == ["https"]


def test_half_a_header_and_half_a_body_keep_nobody_else_waiting(
    client: httpx.Client, behind: Behind, connected: Callable[[bytes], socket.socket]
) -> None:
    half = connected(b"POST /half HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab")
    connected(b"GET / HTTP/1.1\r\nHost: x\r\n")
    assert client.get("/whole").text == "a dashboard"
    assert [each.line for each in behind.asked] == ["GET /whole HTTP/1.1"]
    half.sendall(b"cd")
    assert half.recv(12) == b"HTTP/1.1 200"
    assert behind.asked[-1].body == b"abcd"


def test_who_does_not_read_an_answer_keeps_nobody_else_waiting(
    client: httpx.Client, behind: Behind, connected: Callable[[bytes], socket.socket]
) -> None:
    slow = connected(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert behind.answered.acquire(timeout=PATIENCE_SECONDS)
    assert client.get("/other").text == "a dashboard"
    received = bytearray()
    while part := slow.recv(1 << 20):
        received += part
    assert received.endswith(b"\r\n\r\n" + b"x" * MORE_THAN_SOCKETS_HOLD)


def test_of_answers_that_cannot_be_held_each_part_waits_for_its_client(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "MAX_HELD_BYTES", 100_000)
    for _ in range(2):  # what was held is let go of
        assert len(client.get("/large").content) == MORE_THAN_SOCKETS_HOLD


def test_a_body_that_is_too_large_goes_nowhere(
    client: httpx.Client, behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "MAX_BODY_BYTES", 3)
    answer = client.post("/", content=b"abcd")
    assert (answer.status_code, answer.text) == (413, "The body is larger than 3 bytes: send less at once.")
    assert behind.asked == []


def test_where_superset_is_not_there_the_relay_says_so_and_is_well_itself(tmp_path: Path) -> None:
    with serving(build_relay(tmp_path / "nobody.sock")) as url:
        answer = httpx.get(url)
        assert (answer.status_code, answer.text) == (503, "The dashboards are not there yet: try again in a moment.")
        assert httpx.get(f"{url}{HEALTH}").status_code == 200


def test_an_answer_that_breaks_off_is_no_answer(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()

        def hang_up() -> None:
            connection, _ = listener.accept()
            connection.recv(65_536)
            connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with serving(build_relay(Path(path))) as url:
            assert httpx.get(url).status_code == 502
        thread.join()
