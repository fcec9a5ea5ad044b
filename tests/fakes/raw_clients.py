"""Clients that speak to a server byte by byte, as no HTTP library would."""

import select
import socket
import ssl
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

PATIENCE_SECONDS = 60.0
GET = b"GET /%s HTTP/1.1\r\nHost: here\r\n\r\n"


class RawClient:
    """One connection, over TLS where the address says so. `source` is the address that it comes from."""

    def __init__(
        self,
        address: str,
        *,
        authority: Path | None = None,
        source: str = "127.0.0.1",
        receive_buffer: int | None = None,
        is_encrypted: bool = True,
    ) -> None:
        parts = urlsplit(address)
        self._socket = socket.socket()
        if receive_buffer is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.settimeout(PATIENCE_SECONDS)
        self._socket.bind((source, 0))
        self._socket.connect((parts.hostname, parts.port))
        if parts.scheme == "https" and is_encrypted:
            context = ssl.create_default_context(cafile=authority)
            self._socket = context.wrap_socket(self._socket, server_hostname=parts.hostname)

    def send(self, data: bytes) -> "RawClient":
        """Also to somebody who has hung up already."""
        with suppress(OSError):
            self._socket.sendall(data)
        return self

    def receive(self, at_least: int = 1) -> bytes:
        received = b""
        while len(received) < at_least and (part := self._socket.recv(65_536)):
            received += part
        return received

    def rest(self) -> bytes:
        """Everything until the server has hung up; raises TimeoutError when it does not."""
        received = bytearray()
        try:
            while part := self._socket.recv(1_048_576):
                received += part
        except (ConnectionError, ssl.SSLError):
            return bytes(received)
        return bytes(received)

    def wait_until_cut(self) -> None:
        """Without reading: until the system says that the other side has reset or ended the connection."""
        poll = select.poll()
        poll.register(self._socket, select.POLLHUP | select.POLLERR | select.POLLRDHUP)
        if not poll.poll(PATIENCE_SECONDS * 1000):
            raise TimeoutError

    def close(self) -> None:
        self._socket.close()
