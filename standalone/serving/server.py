"""Puts a server together: uvicorn on httptools, its connections bounded, with or without TLS.

Every web application of the product that is ours is served by this, in production, tests and benchmarks alike.
"""

import math
import ssl
from functools import partial
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from standalone.serving.connections import Connections
from standalone.serving.encryption import TlsProtocol
from standalone.serving.file_limit import raise_file_limit
from standalone.serving.http_protocol import BoundedHttpProtocol
from standalone.serving.limits import ConnectionLimits

BACKLOG = 1_024
GRACEFUL_SECONDS = 20


def build_server(
    app: ASGIApp | str,
    *,
    host: str,
    port: int,
    limits: ConnectionLimits,
    context: ssl.SSLContext | None = None,
    proxies: tuple[str, ...] = (),
    is_factory: bool = False,
    max_message_bytes: int = 0,
) -> uvicorn.Server:
    """`app` or, with `is_factory`, the "module:function" that makes it. Call `run()`, on any thread.

    `max_message_bytes` are those of a websocket; 0 where the application has none. `proxies` stand for many clients
    each. Forwarded headers are the application's to believe or not.
    """
    register = Connections(raise_file_limit(limits, backlog=BACKLOG), exempt=proxies)

    def accept(**given: Any) -> BoundedHttpProtocol | TlsProtocol:
        http = BoundedHttpProtocol(**given, register=register)
        return http if context is None else TlsProtocol(http, context)

    return uvicorn.Server(
        uvicorn.Config(
            app,
            factory=is_factory,
            host=host,
            port=port,
            http=partial(accept),  # type: ignore[arg-type]
            ws="auto" if max_message_bytes else "none",
            ws_max_size=max_message_bytes,
            lifespan="on",
            loop="auto",
            proxy_headers=False,
            access_log=False,
            log_level="warning",
            backlog=BACKLOG,
            timeout_keep_alive=math.ceil(limits.idle_seconds),
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
        )
    )
