"""HTTP as servers and the things between really speak it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.service_link.client import ServiceClient, ServiceError, parse_address
from agent.service_link.http_connection import HttpConnection
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import wait_for


@contextmanager
def _answering(*answers: bytes) -> Iterator[HttpConnection]:
    """A connection to somebody who says these bytes, one answer per request, and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        caller, _ = listener.accept()
        with caller, suppress(OSError):  # the other side may have had enough
            for answer in answers:
                caller.recv(65536)
                for start in range(0, len(answer), 7):  # in crumbs, as networks do
                    caller.sendall(answer[start : start + 7])

    thread = threading.Thread(target=serve)
    thread.start()
    connection = HttpConnection(*listener.getsockname(), is_encrypted=False, timeout_seconds=5)
    try:
        yield connection
    finally:
        connection.close()
        thread.join()
        listener.close()


def _get(connection: HttpConnection, *, body_max: int = 100) -> tuple[int, bytes, bool]:
    answer = connection.request("GET", "/", {}, b"", body_max=body_max)
    return answer.status, answer.body, answer.is_last


def test_answers_with_a_length_in_pieces_and_without_a_body_follow_each_other() -> None:
    with _answering(
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n",
        b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 77\r\n\r\n',
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end",
    ) as connection:
        assert _get(connection) == (200, b"hello", False)
        assert _get(connection) == (200, b"abcde", False)
        assert _get(connection) == (304, b"", False)
        assert _get(connection) == (200, b"until the end", True)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 1000,
    ],
)
def test_an_absurdly_long_answer_is_cut(answer: bytes) -> None:
    with _answering(answer) as connection:
        status, body, is_last = _get(connection)
        assert (status, len(body), is_last) == (200, 101, True)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc",
    ],
)
def test_what_is_no_answer_is_an_os_error(answer: bytes) -> None:
    with _answering(answer) as connection, pytest.raises(OSError, match=r"\w"):
        _get(connection)


@given(st.text(max_size=10), st.sampled_from("\r\n"))
def test_nothing_can_be_smuggled_into_the_head(text: str, line_break: str) -> None:
    connection = HttpConnection.__new__(HttpConnection)
    connection._host = "h"
    with pytest.raises(OSError, match="line break"):
        connection.request("GET", "/", {"If-None-Match": text + line_break}, b"", body_max=1)


def test_a_connection_that_the_server_closed_between_two_requests_is_not_used_again() -> None:
    with AgentService() as service:
        service.keep_alive_seconds = 0.05
        client = ServiceClient(parse_address(service.url), timeout_seconds=5)
        for _ in range(3):
            with pytest.raises(ServiceError, match="No policy yet"):
                client.find_policy(etag="")
            wait_for(lambda: client._connection is not None and client._connection.is_stale, what="the hanging up")
        client.close()
    assert len(service.calls) == 3
