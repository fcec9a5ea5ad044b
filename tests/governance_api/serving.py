"""The real server, on a free port of this machine, for as long as a test needs it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.types import ASGIApp

from standalone.ports import LOOPBACK, free_port
from standalone.serving.encryption import server_context
from standalone.serving.limits import ConnectionLimits
from standalone.serving.server import build_server

START_SECONDS = 120
MAX_MESSAGE_BYTES = 1024 * 1024


@contextmanager
def serving(
    app: ASGIApp, *, port: int | None = None, certificate: Path | None = None, limits: ConnectionLimits | None = None
) -> Iterator[str]:
    """The base address, over TLS with a `certificate` (and its key); the server has ended when this returns."""
    port = port or free_port()
    server = build_server(
        app,
        host=LOOPBACK,
        port=port,
        limits=limits or ConnectionLimits(),
        max_message_bytes=MAX_MESSAGE_BYTES,
        context=server_context(certificate, certificate) if certificate else None,
    )
    thread = threading.Thread(target=server.run, name="governance service")
    thread.start()
    try:
        deadline = time.monotonic() + START_SECONDS
        while not server.started:
            assert thread.is_alive(), "the service ended while starting"
            assert time.monotonic() < deadline, "the service did not start"
            time.sleep(0.01)
        yield f"{'https' if certificate else 'http'}://{LOOPBACK}:{port}"
    finally:
        server.should_exit = True
        thread.join()
