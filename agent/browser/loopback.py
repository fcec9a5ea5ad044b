"""Serves HTTP on loopback for the paired extension alone: for browsers that cannot start a messaging host."""

import hmac
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from agent.browser.messages import ORIGIN

BODY_MAX_BYTES = 256 * 1024
CALLS_PER_SECOND = 50
HELLO_BYTES = range(16, 129)
Take = Callable[[object], bool]
"""Takes a list of messages; False when they are not as they should be."""


class Loopback(ThreadingHTTPServer):
    """Bound to 127.0.0.1. Raises OSError when the port is taken; port 0 is any that is free."""

    daemon_threads = True
    allow_reuse_address = os.name != "nt"  # there it would let two programs listen

    def __init__(self, take: Take, *, token: str, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Call)
        self.take, self.token = take, token
        self.refusals: Counter[int] = Counter()
        self._second, self._calls, self._lock = 0, 0, threading.Lock()
        self.port = int(self.server_address[1])
        self.hosts = {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}
        self._thread = threading.Thread(target=self.serve_forever, name="loopback", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        if self._thread.is_alive():
            self.shutdown()
        self.server_close()

    def may_call(self) -> bool:
        with self._lock:
            second = int(time.monotonic())
            self._calls = self._calls + 1 if second == self._second else 1
            self._second = second
            return self._calls <= CALLS_PER_SECOND

    def proof(self, challenge: bytes) -> bytes:
        """Only who knows the token can give it: another program may have come by the port."""
        return hmac.new(self.token.encode(), challenge, "sha256").hexdigest().encode()


class _Call(BaseHTTPRequestHandler):
    server: Loopback
    timeout = 10

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Silent: an address is nobody's business."""

    def version_string(self) -> str:
        return "agent"

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """For every method but POST, also for a browser's question whether a page may call: never."""
        self._answer(code)

    def do_POST(self) -> None:
        status = self._refused()
        if status:
            self._answer(status)
            return
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/hello":
            self._answer(200, self.server.proof(content))
            return
        try:
            value = json.loads(content)
        except ValueError:
            self._answer(400)
            return
        self._answer(204 if self.server.take(value) else 422)

    def _answer(self, status: int, content: bytes = b"") -> None:
        if status >= 400:
            self.server.refusals[status] += 1
            self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _refused(self) -> int:
        """Every page of the browser can call this port: only the paired extension is listened to. 0: it is."""
        headers, is_hello = self.headers, self.path == "/hello"
        length = headers.get("Content-Length", "")
        named = hmac.compare_digest(headers.get("Authorization", "").encode(), f"Bearer {self.server.token}".encode())
        size = int(length) if length.isdigit() else -1
        checks = (
            (headers.get("Host") in self.server.hosts, 421),
            (headers.get("Origin") == ORIGIN, 403),
            (named or is_hello, 401),
            (is_hello or self.path == "/browser-events", 404),
            (size in HELLO_BYTES if is_hello else 0 <= size <= BODY_MAX_BYTES, 413),
            (self.server.may_call(), 429),
        )
        return next((status for holds, status in checks if not holds), 0)
