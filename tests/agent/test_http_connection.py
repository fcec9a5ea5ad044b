"""HTTP as servers and the things between really speak it; and TLS to whom the machine trusts, to nobody else."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from agent.client import ServiceClient, ServiceError, parse_address
from agent.http_connection import HttpConnection, tls_context
from benchmarks.agent.service import AgentService


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


def _certificate(folder: Path) -> Path:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(datetime.now(UTC) - timedelta(days=1))
    builder = builder.not_valid_after(datetime.now(UTC) + timedelta(days=1))
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = builder.add_extension(here, critical=False).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "certificate.pem").write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return folder / "certificate.pem"


def test_only_a_certificate_that_the_machine_trusts_is_spoken_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = _certificate(tmp_path)
    with AgentService() as service:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        service.socket = context.wrap_socket(service.socket, server_side=True)
        address = parse_address(service.url.replace("http:", "https:"))
        stranger = ServiceClient(address, timeout_seconds=5)
        with pytest.raises(ServiceError, match="SSLCertVerificationError"):
            stranger.find_policy(etag="")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        tls_context.cache_clear()
        client = ServiceClient(address, timeout_seconds=5)
        with pytest.raises(ServiceError, match="No policy yet"):
            client.find_policy(etag="")
        client.close()
        tls_context.cache_clear()
