"""Bounds the body of every request and the number of requests at work, and sets safe headers on every answer.

Event batches pass untouched: they have bounds of their own, and are many. How long a connection may take, and how
many there may be, is bounded where they are accepted: `standalone/serving`.
"""

import asyncio
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from governance_api.edge.problems import HtmlRenderer, problem_of, rendered
from governance_api.edge.safe_headers import make_safe
from governance_api.errors import BodyTooLargeError

MAX_BODY_BYTES = 4 * 1024 * 1024
UNTOUCHED = "/agent/event-batches"


class Edge:
    """An ASGI layer around the whole app.

    At most `places` requests are at work at once: fewer than there are connections to the database, so that none of
    them waits for a connection that another one holds. A request is at work once its body is here and until its
    answer begins: nobody holds a place by sending or reading slowly.
    """

    def __init__(self, app: ASGIApp, places: int, html: HtmlRenderer | None = None) -> None:
        self.app = app
        self._html = html
        self._places = asyncio.Semaphore(places)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == UNTOUCHED:
            await self.app(scope, receive, send)
            return
        try:
            body = await _read(scope, receive)
        except BodyTooLargeError as error:
            answer = rendered(Request(scope), problem_of(error), html=self._html)
            await answer(scope, receive, _safely(scope, send))
            return
        if body is None or not await _place_in(self._places, receive):
            return
        release = _once(self._places.release)

        async def send_without_place(message: Message) -> None:
            release()
            await send(message)

        try:
            await self.app(scope, _replaying(body, receive), _safely(scope, send_without_place))
        finally:
            release()


def _safely(scope: Scope, send: Send) -> Send:
    """A `send` that sets the safe headers."""

    async def send_safely(message: Message) -> None:
        if message["type"] == "http.response.start":
            make_safe(MutableHeaders(scope=message), scheme=scope.get("scheme", ""))
        await send(message)

    return send_safely


def _once(release: Callable[[], None]) -> Callable[[], None]:
    waiting = [release]

    def call() -> None:
        if waiting:
            waiting.pop()()

    return call


async def _place_in(places: asyncio.Semaphore, receive: Receive) -> bool:
    """Waits for a place; False when the client left meanwhile, and then without one."""
    if not places.locked():
        return await places.acquire()
    place, leaving = asyncio.ensure_future(places.acquire()), asyncio.ensure_future(receive())
    try:
        await asyncio.wait((place, leaving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        if not place.done():
            place.cancel()
    return place.done()


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body, or None when the client left before its end; raises BodyTooLargeError as early as possible."""
    announced = Headers(scope=scope).get("content-length", "0")
    if announced.isdigit() and int(announced) > MAX_BODY_BYTES:
        raise _too_large()
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise _too_large()
        if not message.get("more_body", False):
            return bytes(body)


def _too_large() -> BodyTooLargeError:
    return BodyTooLargeError(
        f"The body is larger than {MAX_BODY_BYTES:,} bytes: send less at once.", max_bytes=MAX_BODY_BYTES
    )


def _replaying(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once and then what comes after it."""
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay
