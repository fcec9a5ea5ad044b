"""TLS in front of HTTP. A connection counts from its first packet, not only once it is encrypted.

A server of asyncio that encrypts tells nobody of a connection before its handshake is over: those that never finish
theirs would be counted nowhere, and each could stay for a minute.
"""

import asyncio
import os
import socket
import ssl
from pathlib import Path

from standalone.serving.http_protocol import BoundedHttpProtocol
from standalone.serving.refusals import EndReason

SECONDS_TO_SAY_GOODBYE = 5.0


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 and newer. Raises OSError for files that do not belong together or cannot be read."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


class TlsProtocol(asyncio.Protocol):
    """Accepts a connection, and gives its socket to a transport that encrypts for `http`."""

    def __init__(self, http: BoundedHttpProtocol, context: ssl.SSLContext) -> None:
        self._http = http
        self._context = context

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        # Nothing was read yet. A transport that has begun to read could lose what came before TLS listens.
        if self._http.accept(transport):
            accepted = socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno()))
            self._http.handshake = asyncio.get_running_loop().create_task(self._shake_hands(accepted))
        transport.abort()

    async def _shake_hands(self, accepted: socket.socket) -> None:
        http = self._http
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: http,
                accepted,
                ssl=self._context,
                ssl_handshake_timeout=http.limits.handshake_seconds,
                ssl_shutdown_timeout=SECONDS_TO_SAY_GOODBYE,
            )
        except OSError as error:
            # Others than ours end a handshake too: a browser that does not trust the certificate, a scan of ports.
            is_slow = isinstance(error, ConnectionAbortedError)
            http.register.count(EndReason.HANDSHAKE_TOO_SLOW if is_slow else EndReason.HANDSHAKE_BROKEN_OFF)
        finally:
            http.handshake = None
            if http.transport is None:
                http.register.release(http)
