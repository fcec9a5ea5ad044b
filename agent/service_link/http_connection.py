"""One kept-alive HTTP/1.1 connection over a socket: what an agent needs, without the megabytes of `http.client`."""

import select
import socket
from collections.abc import Mapping
from contextlib import suppress

import msgspec

from agent.service_link.trust import tls_context, untrusted

HEAD_MAX_BYTES = 64 * 1024
_WITHOUT_BODY = frozenset({204, 304})


class BrokenAnswerError(OSError):
    """The other side does not speak HTTP as it should."""


class HttpAnswer(msgspec.Struct, frozen=True):
    """`headers` are named in lower case. `is_last`: the connection cannot be used again."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_last: bool


class HttpConnection:
    """Used by one thread. Every problem is an OSError, and then the connection must be closed."""

    def __init__(self, host: str, port: int, *, is_encrypted: bool, timeout_seconds: float, ca_file: str = "") -> None:
        connected = socket.create_connection((host, port), timeout=timeout_seconds)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = _encrypted(connected, host, ca_file) if is_encrypted else connected
        self._host = f"{f'[{host}]' if ':' in host else host}:{port}"
        self._read = bytearray()

    @property
    def is_stale(self) -> bool:
        """Between two requests nobody has anything to say: whoever does hangs up (servers do, after some seconds)."""
        return bool(self._read) or bool(select.select([self._socket], [], [], 0)[0])

    def close(self) -> None:
        self._socket.close()

    def cut(self) -> None:
        """From any thread: whoever waits at it gets an error at once. OpenSSL is not asked."""
        with suppress(OSError):  # it is cut already
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def request(self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, body_max: int) -> HttpAnswer:
        """The answer's body is cut behind `body_max` bytes (then it is one longer, and the connection is done)."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}"]
        lines += [f"{name}: {text}" for name, text in headers.items()]
        if body or method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(lines)
        if head.count("\n") != len(lines) - 1 or head.count("\r") != len(lines) - 1:
            raise BrokenAnswerError("a header would hold a line break")
        self._socket.sendall(head.encode("latin-1") + b"\r\n\r\n" + body)
        status, version, found = self._head()
        while 100 <= status < 200:
            status, version, found = self._head()
        is_last = version < b"HTTP/1.1" or "close" in found.get("connection", "").lower()
        if status in _WITHOUT_BODY:
            return HttpAnswer(status, found, b"", is_last)
        content, is_complete = self._body(found, body_max)
        return HttpAnswer(status, found, content, is_last or not is_complete)

    def _head(self) -> tuple[int, bytes, dict[str, str]]:
        first, *rest = self._until(b"\r\n\r\n", HEAD_MAX_BYTES).split(b"\r\n")
        version, _, after = first.partition(b" ")
        if not version.startswith(b"HTTP/1.") or not after[:3].isdigit() or len(after[:3]) != 3:
            raise BrokenAnswerError("this is no answer of a web server")
        headers: dict[str, str] = {}
        for line in rest:
            name, colon, text = line.partition(b":")
            if not colon:
                raise BrokenAnswerError("a header of the answer cannot be read")
            headers[name.decode("latin-1").strip().lower()] = text.decode("latin-1").strip()
        return int(after[:3]), version, headers

    def _body(self, headers: Mapping[str, str], body_max: int) -> tuple[bytes, bool]:
        """(the body, whether the connection stands behind it)."""
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return self._chunks(body_max)
        length = headers.get("content-length")
        if length is None:
            return self._rest(body_max), False
        if not (length.isascii() and length.isdigit() and len(length) < 16):
            raise BrokenAnswerError("the length of the answer cannot be read")
        wanted = min(int(length), body_max + 1)
        return self._take(wanted), wanted == int(length)

    def _chunks(self, body_max: int) -> tuple[bytes, bool]:
        parts = bytearray()
        while True:
            size_text = self._until(b"\r\n", 1024).partition(b";")[0].strip()
            try:
                size = int(size_text, 16)
            except ValueError as error:
                raise BrokenAnswerError("a piece of the answer has no length") from error
            if size < 0 or len(parts) + size > body_max:
                return bytes(parts) + bytes(body_max + 1 - len(parts)), False
            if size == 0:
                while self._until(b"\r\n", HEAD_MAX_BYTES):
                    pass  # trailers say nothing that is needed
                return bytes(parts), True
            parts += self._take(size)
            if self._take(2) != b"\r\n":
                raise BrokenAnswerError("a piece of the answer is longer than it says")

    def _rest(self, body_max: int) -> bytes:
        while len(self._read) <= body_max and self._receive():
            continue
        return bytes(self._read[: body_max + 1])

    def _receive(self) -> bool:
        part = self._socket.recv(65536)
        self._read += part
        return bool(part)

    def _take(self, count: int) -> bytes:
        while len(self._read) < count:
            if not self._receive():
                raise BrokenAnswerError("the answer ended in its middle")
        return self._cut(count, count)

    def _until(self, mark: bytes, bound: int) -> bytes:
        while (end := self._read.find(mark)) < 0:
            if len(self._read) > bound or not self._receive():
                raise BrokenAnswerError("the answer ended in its head" if self._read else "the connection was closed")
        return self._cut(end, end + len(mark))

    def _cut(self, count: int, gone: int) -> bytes:
        taken = bytes(self._read[:count])
        del self._read[:gone]
        return taken


def _encrypted(connected: socket.socket, host: str, ca_file: str) -> socket.socket:
    from ssl import SSLCertVerificationError  # noqa: PLC0415 - plain http does without OpenSSL

    try:
        return tls_context(ca_file).wrap_socket(connected, server_hostname=host)
    except SSLCertVerificationError as error:
        connected.close()
        raise untrusted(error, host=host) from error
    except (OSError, ValueError):
        connected.close()
        raise
