"""Stands between browsers and Superset: a request goes on when all of it is there, and its answer is taken at once.

Superset's own server has a few threads, of which each waits, without end, for one client that sends or reads slowly.
What a client owes is bounded by `standalone.serving` here; Superset itself listens on a socket that we alone may open.
"""

import os
from collections import deque
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import httpx
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from domain.network.addresses import TrustedProxies, proxies_of

#: As many as Superset has threads: whoever waits, waits here.
AT_ONCE = 8
ROOM_SECONDS, ANSWER_SECONDS = 60.0, 600.0
MAX_BODY_BYTES = 32 * 1024 * 1024
#: Of all answers together that were taken from Superset and not yet by their clients; beyond it, these are waited for.
MAX_HELD_BYTES = 128 * 1024 * 1024
HEALTH = "/relay/health"
#: Of one connection, or said anew by whoever sends it on.
OF_ONE_CONNECTION = frozenset(
    {b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"expect"}
)
SAID_ANEW = frozenset({b"content-length", b"forwarded", b"x-real-ip"})
OF_THE_SERVER = frozenset({b"date", b"server"})
Headers = list[tuple[bytes, bytes]]


class Relay:
    """An ASGI application. `proxies` are addresses and networks whose word about a client is passed on."""

    def __init__(self, transport: httpx.AsyncBaseTransport, *, proxies: Collection[str] = ()) -> None:
        self._transport = transport
        self._proxies = TrustedProxies(proxies)
        self._held_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["path"] == HEALTH:
            await PlainTextResponse("well")(scope, receive, send)
        else:
            await self._relay(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await self._transport.aclose()
        await send({"type": "lifespan.shutdown.complete"})

    async def _relay(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _whole_body(receive)
        if body is None:
            sentence = f"The body is larger than {MAX_BODY_BYTES:,} bytes: send less at once."
            await _refusal(413, sentence)(scope, receive, send)
            return
        try:
            answer = await self._transport.handle_async_request(self._request(scope, body))
        except httpx.TransportError as error:
            await _refusal(*_why(error))(scope, receive, send)
            return
        try:
            await self._pass_on(answer, send)
        finally:
            await answer.aclose()

    def _request(self, scope: Scope, body: bytes) -> httpx.Request:
        query = scope["query_string"]
        target = scope["raw_path"] + (b"?" + query if query else b"")
        waits = {"connect": ROOM_SECONDS, "pool": ROOM_SECONDS, "read": ANSWER_SECONDS, "write": ANSWER_SECONDS}
        return httpx.Request(
            scope["method"],
            "http://superset",
            headers=[*_passed_on(scope["headers"]), *self._whose(scope)],
            content=body,
            extensions={"timeout": waits, "target": target},
        )

    def _whose(self, scope: Scope) -> Headers:
        """Whom we see, behind whom a proxy of ours saw; nobody else says by which address or scheme they came."""
        seen = str(scope["client"][0]) if scope.get("client") else ""
        hops, scheme = [seen.encode()], str(scope["scheme"]).encode()
        if seen in self._proxies:
            hops = [value for name, value in scope["headers"] if name == b"x-forwarded-for"] + hops
            told = [value for name, value in scope["headers"] if name == b"x-forwarded-proto"]
            scheme = told[0] if told else scheme
        return [(b"x-forwarded-for", b", ".join(hops)), (b"x-forwarded-proto", scheme)]

    async def _pass_on(self, answer: httpx.Response, send: Send) -> None:
        headers = [each for each in answer.headers.raw if each[0].lower() not in OF_ONE_CONNECTION | OF_THE_SERVER]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        parts = aiter(answer.stream)
        taken, taken_bytes, part = deque[bytes](), 0, await anext(parts, None)
        try:
            while part is not None and self._held_bytes < MAX_HELD_BYTES:
                taken.append(part)
                taken_bytes += len(part)
                self._held_bytes += len(part)
                part = await anext(parts, None)
            if part is None:
                await answer.aclose()  # its thread is free for others, however slowly this client reads
            while taken:  # one by one: joined and in the writing they would be held twice
                await send({"type": "http.response.body", "body": taken.popleft(), "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": True})  # once it was taken
        finally:
            self._held_bytes -= taken_bytes
        while part is not None:
            await send({"type": "http.response.body", "body": part, "more_body": True})
            part = await anext(parts, None)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def app_from_environment() -> Relay:
    """For `python -m standalone.serving standalone.superset.relay:app_from_environment`."""
    proxies = proxies_of(os.environ.get("TASK_MINING_TRUSTED_PROXIES", ""))
    return build_relay(Path(os.environ["TASK_MINING_SUPERSET_SOCKET"]), proxies=proxies)


def build_relay(socket: Path, *, proxies: Collection[str] = ()) -> Relay:
    """To the server on a Unix socket. Each request has a connection of its own: one kept could just be closing."""
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=0)
    return Relay(httpx.AsyncHTTPTransport(uds=str(socket), limits=limits), proxies=proxies)


async def _whole_body(receive: Receive) -> bytes | None:
    """None when it is too large, or its client has gone."""
    body = bytearray()
    while True:
        message: Message = await receive()
        body += message.get("body", b"")
        if message["type"] == "http.disconnect" or len(body) > MAX_BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _passed_on(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Without what servers take for a proxy's word, by any spelling: one with `_` becomes the same variable."""
    left_out = OF_ONE_CONNECTION | SAID_ANEW
    return [
        (name, value)
        for name, value in headers
        if name not in left_out and b"_" not in name and not name.startswith(b"x-forwarded-")
    ]


def _why(error: Any) -> tuple[int, str]:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return 503, "The dashboards are not there yet: try again in a moment."
    if isinstance(error, httpx.PoolTimeout):
        return 503, "Too much is asked of the dashboards at once: try again in a moment."
    if isinstance(error, httpx.ReadTimeout):
        return 504, "The dashboards did not answer in time: narrow what you ask for, or try again later."
    return 502, "The dashboards broke off in the middle of their answer: try again."


def _refusal(status: int, sentence: str) -> PlainTextResponse:
    return PlainTextResponse(sentence, status, headers={"Cache-Control": "no-store"})
