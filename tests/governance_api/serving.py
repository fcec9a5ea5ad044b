"""The real server, on a free port of this machine, for as long as a test needs it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from standalone.ports import LOOPBACK, free_port

START_SECONDS = 120


@contextmanager
def serving(app: ASGIApp, *, port: int | None = None, certificate: Path | None = None) -> Iterator[str]:
    """The base address, over TLS with a `certificate` (and its key); the server has ended when this returns."""
    port = port or free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            ssl_certfile=certificate,
            ssl_keyfile=certificate,
            host=LOOPBACK,
            port=port,
            log_level="warning",
            lifespan="on",
            proxy_headers=False,
        )
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
