"""The fallback where the browser cannot start a messaging host: HTTP on loopback, for the paired extension alone.

Off unless asked for. What messages mean belongs to `messages`.
"""

import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from agent.browser.messages import ORIGIN
from agent.settings import StateFolder, write_private

BODY_MAX_BYTES = 256 * 1024
CALLS_PER_SECOND = 50
Take = Callable[[object], bool]
"""Takes a list of messages; False when they are not as they should be."""


class Loopback(ThreadingHTTPServer):
    """Bound to 127.0.0.1; port and token stand in the state folder, for its owner alone."""

    daemon_threads = True

    def __init__(self, state: StateFolder, take: Take) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.take, self.token = take, secrets.token_urlsafe(32)
        self._second, self._calls, self._lock = 0, 0, threading.Lock()
        port = self.server_address[1]
        self.hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        write_private(state.browser_pairing, json.dumps({"port": port, "token": self.token}).encode())
        threading.Thread(target=self.serve_forever, name="loopback", daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    def may_call(self) -> bool:
        with self._lock:
            second = int(time.monotonic())
            self._calls = self._calls + 1 if second == self._second else 1
            self._second = second
            return self._calls <= CALLS_PER_SECOND


class _Call(BaseHTTPRequestHandler):
    server: Loopback

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Silent: an address is nobody's business."""

    def do_POST(self) -> None:
        self.send_response(self._status())
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _status(self) -> int:
        """Every page of the browser can call this port: only the paired extension is listened to."""
        headers = self.headers
        length = headers.get("Content-Length", "")
        named = hmac.compare_digest(headers.get("Authorization", "").encode(), f"Bearer {self.server.token}".encode())
        checks = (
            (headers.get("Host") in self.server.hosts, 421),
            (headers.get("Origin") == ORIGIN, 403),
            (named, 401),
            (self.path == "/browser-events", 404),
            (length.isdigit() and int(length) <= BODY_MAX_BYTES, 413),
            (self.server.may_call(), 429),
        )
        for holds, status in checks:
            if not holds:
                return status
        try:
            value = json.loads(self.rfile.read(int(length)))
        except ValueError:
            return 400
        return 204 if self.server.take(value) else 422
