"""A service that agents under measurement and under test speak to: HTTP or TLS on loopback, misbehaving on request.

It stores what it receipts and compacts repeated events as ingestion does; policy and people are the caller's.
"""

import gzip
import random
import ssl
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

import msgspec

from domain.event_batches import EventBatch, check_event_batch
from domain.policies import AgentPolicy, encode_policy

CLOCK_TOLERANCE_US = 300_000_000
"""What the service takes of events dated ahead of its clock."""

Misbehaviour = Callable[["Call"], bool]
"""Gets a call before it is served; True when it has dealt with it itself."""


class Call(BaseHTTPRequestHandler):
    """One request. Misbehaviours may answer, hang up, or leave it to be served."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "AgentService"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Silent."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header, by the service's own clock."""
        return super().date_time_string(self.server.now_us() / 1e6 if timestamp is None else timestamp)

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.keep_alive_seconds)
        self.body = b""

    def answer(self, status: int, value: object = None, *, headers: dict[str, str] | None = None) -> None:
        content = value if isinstance(value, bytes) else msgspec.json.encode(value) if value is not None else b""
        self.send_response(status)
        for name, text in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(content)

    def hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _serve(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.server.lock:
            self.server.calls.append((self.command, self.path))
        if self.server.misbehaves(self):
            return
        self.server.serve(self)

    do_GET = do_POST = _serve  # noqa: N815 - names of the base class


class AgentService(ThreadingHTTPServer):
    """Use as a context manager; `url` is where it listens. With a certificate (PEM with its key) it speaks TLS."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, *, policy: AgentPolicy | None = None, port: int = 0, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", port), Call)
        self.lock = threading.Lock()
        self.calls: list[tuple[str, str]] = []
        self.bodies: list[bytes] = []
        self.batches: list[EventBatch] = []
        self.delivered: dict[tuple[str, int], int] = {}
        self.receipted: dict[str, int] = {}
        self.losses: list[dict[str, object]] = []
        self.health: list[dict[str, object]] = []
        self.consents: list[dict[str, object]] = []
        self.enrolments: list[dict[str, object]] = []
        self.login, self.stage = "jane", "installed"
        """What an enrolment is answered with."""
        self.policy = policy
        self.policy_body: bytes | None = None
        self.misbehaves: Misbehaviour = lambda call: False
        self.keeps_bodies = False
        self.ahead_seconds = 0.0
        """How far its clock is ahead of this machine's."""

        self.keep_alive_seconds: float | None = None
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
        if self._tls and certificate:
            self._tls.load_cert_chain(certificate)
            # The handshake is made by the thread of the call: one that fails or dawdles is nobody else's business.
            self.socket = self._tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.server_address[1]}"

    def now_us(self) -> int:
        return time.time_ns() // 1000 + int(self.ahead_seconds * 1e6)

    def present(self, certificate: Path) -> None:
        """Another certificate from the next connection on."""
        assert self._tls is not None
        self._tls.load_cert_chain(certificate)

    def __enter__(self) -> "AgentService":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A peer that hangs up is what is being tested."""

    def serve(self, call: Call) -> None:
        body = msgspec.json.decode(call.body) if call.body.startswith(b"{") else None
        match call.path:
            case "/agents/enrol":
                self.enrolments.append(body or {})
                enrolment = {"agent_id": 1, "agent_token": "token", "workstation_user_id": 1}
                call.answer(200, {**enrolment, "login": self.login, "stage": self.stage})
            case "/agent/policy":
                self._answer_policy(call)
            case "/agent/event-batches":
                self.receive(call)
            case path if path.startswith("/agent/enrolments/"):
                call.answer(204)
            case "/agent/uninstall":
                call.answer(204)
            case "/agent/losses" if body:
                self.losses.extend(body["losses"])
                call.answer(204)
            case "/agent/health" if body:
                self.health.append(body)
                call.answer(204)
            case "/agent/consents" if body:
                self.consents.append(body)
                call.answer(204)
            case _:
                call.answer(404, {"detail": "There is nothing here."})

    def _answer_policy(self, call: Call) -> None:
        if self.policy_body is not None:
            call.answer(200, self.policy_body, headers={"ETag": '"odd"'})
        elif self.policy is None:
            call.answer(503, {"detail": "No policy yet."})
        elif call.headers.get("If-None-Match") == f'"{self.policy.version}"':
            call.answer(304)
        else:
            call.answer(200, encode_policy(self.policy), headers={"ETag": f'"{self.policy.version}"'})

    def receive(self, call: Call, *, silently: bool = False) -> None:
        """Stores a delivery and receipts it; silently: stores it and hangs up instead of answering."""
        batch = msgspec.msgpack.decode(gzip.decompress(call.body), type=EventBatch)
        check_event_batch(batch)
        sequences, times = memoryview(batch.sequence).cast("q"), memoryview(batch.occurred_at).cast("q")
        horizon_us = self.now_us() + CLOCK_TOLERANCE_US
        ahead = [number for number, at_us in zip(sequences, times, strict=True) if at_us > horizon_us]
        with self.lock:
            if self.keeps_bodies:
                self.bodies.append(call.body)
                self.batches.append(batch)
            is_repeated = batch.batch_key in self.receipted
            self.receipted[batch.batch_key] = batch.event_count
            if not is_repeated:
                for sequence in set(sequences) - set(ahead):
                    key = (str(batch.session.session_id), sequence)
                    self.delivered[key] = self.delivered.get(key, 0) + 1
        if silently:
            call.hang_up()
            return
        taken = batch.event_count - len(ahead)
        accepted, duplicate = (0, taken) if is_repeated else (taken, 0)
        receipt = {"batch_key": batch.batch_key, "sent": batch.event_count, "accepted": accepted}
        refused = {"clock_ahead": len(ahead)} if ahead else {}
        more = {"duplicate": duplicate, "refused": refused, "server_time_us": self.now_us()}
        named = {"refused_events": {"clock_ahead": ahead}} if ahead and "refused-events" in str(call.headers) else {}
        call.answer(200, {**receipt, **more, **named})


def answering(status: int, value: object = None, *, path: str = "") -> Misbehaviour:
    """Answers every call with it, or those of one path only."""

    def misbehave(call: Call) -> bool:
        if path and call.path != path:
            return False
        call.answer(status, value)
        return True

    return misbehave


def hostile(chance: random.Random, *, hang_seconds: float = 1.0) -> Misbehaviour:
    """Answers 500 or 503, resets, hangs, or stores and drops the connection, each for one call in eight."""

    def misbehave(call: Call) -> bool:
        if call.path != "/agent/event-batches":
            return False
        match chance.randrange(8):
            case 0:
                call.answer(500, {"detail": "Internal error."})
            case 1:
                call.answer(503, {"detail": "Busy."}, headers={"Retry-After": "0"})
            case 2:
                call.hang_up()
            case 3:
                call.server.receive(call, silently=True)
            case 4:
                time.sleep(hang_seconds)
                call.hang_up()
            case _:
                return False
        return True

    return misbehave
