"""HTTP/1.1 as uvicorn speaks it, with a bound on everything that a client owes: headers, bodies, and taking answers.

uvicorn itself waits for ever for all but the next request. Whoever is too slow or sends too much is told so in a
sentence where no answer has begun yet, and is gone a moment later.
"""

import asyncio
import socket
import struct
from typing import Any

import httptools
from uvicorn._types import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, ASGISendEvent, Scope
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.utils import get_remote_addr
from uvicorn.server import ServerState

from standalone.serving.connections import Connections
from standalone.serving.refusals import EndReason, answer_for

MAX_HEADER_FIELDS = 100
MAX_REQUESTS_AHEAD = 4
#: What is still read, and thrown away, of a client that was refused: it would not read the refusal otherwise.
MAX_BYTES_AFTER_REFUSAL = 256 * 1024


class RefusedRequestError(Exception):
    """Stops the parser in the middle of its input; the reason is known already."""


class BoundedHttpProtocol(HttpToolsProtocol):
    """One connection; `handshake` is there as long as TLS has only begun."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        register: Connections,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.app = self._counting(self.app)
        self.register = register
        self.limits = register.limits
        self.handshake: asyncio.Task[None] | None = None
        self._is_accepted = False
        self.address = ""
        self.body_bytes = 0
        self._active: RequestResponseCycle | None = None
        self._waited_seconds = 0.0
        self._is_in_header = self._is_in_body = self._is_refused = self._is_upgraded = False
        self._has_begun = False
        self._reason = EndReason.MALFORMED
        self._header_bytes = self._header_fields = 0
        self._barren_bytes = 0
        """Received since the parser last came to the end of a header or to a part of a body."""
        self._received_bytes = 0
        """Of the body, or after a refusal."""
        self._answered_bytes = 0
        self._taken_before, self._untaken_seconds = 0, 0.0

    def accept(self, tcp: asyncio.Transport) -> bool:
        """Once, when the connection is there, before anything else; False when there is no room for it."""
        self._is_accepted = True
        client = get_remote_addr(tcp)
        self.address = self.register.address_of(client[0]) if client else ""
        return self.register.admit(self)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if not self._is_accepted and not self.accept(transport):
            transport.write(answer_for(EndReason.NO_ROOM, self.limits) or b"")
            self._is_refused = True
            transport.close()
        self._waited_seconds = 0.0

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave_requests()
        super().connection_lost(exc)
        self.register.release(self)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            self._received_bytes += len(data)
            if self._received_bytes > MAX_BYTES_AFTER_REFUSAL:
                self._abort()
            return
        self._unset_keepalive_if_required()
        self._barren_bytes += len(data)
        if self._is_in_body:
            self._received_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self._is_upgraded = True
                self.register.is_worked_for(self)
                self.handle_websocket_upgrade()
                return
        except httptools.HttpParserError:
            self.refuse(self._reason)
        if self._barren_bytes > self.limits.max_header_bytes:
            self.refuse(EndReason.HEADER_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_in_header = True
        self._header_bytes = self._header_fields = 0
        if self._has_begun and self._is_idle:
            self._wait_for_client()
        self._has_begun = True

    def on_url(self, url: bytes) -> None:
        self._take_header(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._header_fields += 1
        self._take_header(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= MAX_REQUESTS_AHEAD:
            self._stop(EndReason.TOO_MANY_REQUESTS_AHEAD)
        self._is_in_header, self._is_in_body = False, True
        self._barren_bytes = self._received_bytes = 0
        super().on_headers_complete()
        self._wait_for_client()

    def on_body(self, body: bytes) -> None:
        self._barren_bytes = 0
        if not self.cycle.response_complete and not self.register.hold_body(self, len(body)):
            self._stop(EndReason.NO_ROOM)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._is_in_body = False
        self._barren_bytes = 0
        super().on_message_complete()
        if self._is_idle:
            self._wait_for_client()
        else:
            self.register.is_worked_for(self)

    def on_response_complete(self) -> None:
        self._active = None
        self.register.let_go_of_body(self)
        super().on_response_complete()
        if self._active is None:
            self._wait_for_client()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._wait_for_client()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self._is_idle:
            self.register.is_worked_for(self)

    def shutdown(self) -> None:
        if self._is_refused:
            self._abort()
        else:
            super().shutdown()

    def watch(self, elapsed_seconds: float) -> None:
        """Ends the connection when its client owes something for too long."""
        if self.flow is None:
            return  # TLS begins, which has a time of its own
        if self._is_upgraded:
            # A websocket is looked after by its own protocol, which is told of its end instead of this one.
            if self.transport.is_closing():
                self.register.release(self)
            return
        self._waited_seconds += elapsed_seconds
        if self._is_refused:
            if self._waited_seconds > self.limits.refused_seconds:
                self._abort()
        elif untaken := self.transport.get_write_buffer_size():
            taken = self._answered_bytes - untaken
            if not self._untaken_seconds:
                self._taken_before = taken  # by the system, which takes much for a client that reads nothing
            self._untaken_seconds += elapsed_seconds
            if self.limits.is_answer_too_slow(self._untaken_seconds, max(0, taken - self._taken_before)):
                self.end(EndReason.ANSWER_READ_TOO_SLOWLY)
        else:
            self._untaken_seconds = 0.0
            self._watch_request()

    def _watch_request(self) -> None:
        waited, limits = self._waited_seconds, self.limits
        if self._active is not None and not (self._is_in_body and self._active is self.cycle):
            self._waited_seconds = 0.0  # the application is at work
        elif self._is_in_body:
            # Answered before its end, it is read on for a moment only.
            is_over = self._active is None and waited > limits.refused_seconds
            if self.flow.read_paused:
                self._waited_seconds = 0.0
            elif is_over or limits.is_body_too_slow(waited, self._received_bytes):
                self.refuse(EndReason.BODY_TOO_SLOW)
        elif self._is_in_header or not self._has_begun:
            if waited > limits.header_seconds:
                self.refuse(EndReason.HEADER_TOO_SLOW)
        elif waited > limits.idle_seconds:
            self.transport.close()

    def refuse(self, reason: EndReason) -> None:
        """Says why, where nothing else was said yet, and hears no more."""
        if self._is_refused:
            return
        active = self._active
        answer = answer_for(reason, self.limits)
        is_unanswered = (
            active is self.cycle and self._is_in_body and not active.response_started
            if active
            else (self._is_in_header or reason is EndReason.MALFORMED)
        )
        # What waits before any answer is TLS's own, when a request comes along with the end of the handshake.
        has_untaken = self._answered_bytes > 0 and self.transport.get_write_buffer_size() > 0
        if answer is None or not is_unanswered or has_untaken:
            self.end(reason)
            return
        self.register.count(reason)
        self._is_refused = True
        self._received_bytes = 0
        self._leave_requests()
        self.register.let_go_of_body(self)
        self._unset_keepalive_if_required()
        self.transport.write(answer)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self._wait_for_client()

    def end(self, reason: EndReason) -> None:
        self.register.count(reason)
        if self.transport is not None:
            # Otherwise the system would go on for minutes to offer an answer that nobody takes.
            os_socket = self.transport.get_extra_info("socket")
            os_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._abort()

    @property
    def _is_idle(self) -> bool:
        return self._active is None

    def _take_header(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > self.limits.max_header_bytes or self._header_fields > MAX_HEADER_FIELDS:
            self._stop(EndReason.HEADER_TOO_LARGE)

    def _stop(self, reason: EndReason) -> None:
        self._reason = reason
        raise RefusedRequestError

    def _wait_for_client(self) -> None:
        self._waited_seconds = 0.0
        self.register.is_waited_for(self)

    def _leave_requests(self) -> None:
        """Those begun learn that nobody waits for their answers; those not begun are forgotten."""
        self.pipeline.clear()
        for cycle in (self._active, self.cycle):
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()

    def _abort(self) -> None:
        self._is_refused = True
        if self.transport is not None:
            self.transport.abort()
        elif self.handshake is not None:
            self.handshake.cancel()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._active = cycle
        super()._start_asgi_task(cycle, app)

    def _counting(self, app: ASGI3Application) -> ASGI3Application:
        """The application, with the bytes of its answers counted."""

        async def counted(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
            async def send_counted(message: ASGISendEvent) -> None:
                await send(message)
                if message["type"] == "http.response.body":
                    self._answered_bytes += len(message.get("body", b""))

            await app(scope, receive, send_counted)

        return counted
