"""Ends a websocket with the session by which it was opened: nobody tells us of its end, so it is asked for."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SESSION_ENDED = 4401
#: How often the session of an open websocket is looked at.
RECHECK_SECONDS = 5.0
_log = logging.getLogger(__name__)


async def serve_while_signed_in(
    app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
    is_signed_in: Callable[[], Awaitable[bool]],
    *,
    every: float,
) -> None:
    """Runs the app; once the session has ended, the app hears that the other side has gone, and that side why.

    A session that cannot be asked for has ended.
    """
    ended, closed = asyncio.Event(), asyncio.Event()

    async def watch() -> None:
        try:
            while await is_signed_in():  # noqa: ASYNC110 - there is no event to wait for
                await asyncio.sleep(every)
        except Exception:  # noqa: BLE001 - whatever it is, it is logged
            _log.exception("Nobody knows whether a session lasts, so its websocket ends.")
        finally:
            ended.set()

    async def send_once_closed_nothing(message: Message) -> None:
        if message["type"] == "websocket.close":
            closed.set()
        await send(message)

    watching = asyncio.create_task(watch())
    try:
        await app(scope, _until(ended, receive), _unless(ended, send_once_closed_nothing))
    finally:
        watching.cancel()
        if ended.is_set() and not closed.is_set():
            await send({"type": "websocket.close", "code": SESSION_ENDED})


def _until(ended: asyncio.Event, receive: Receive) -> Receive:
    async def receive_or_end() -> Message:
        tasks = [asyncio.ensure_future(receive()), asyncio.ensure_future(ended.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if ended.is_set():
                return {"type": "websocket.disconnect", "code": SESSION_ENDED}
            return tasks[0].result()  # type: ignore[return-value]
        finally:
            for task in tasks:
                task.cancel()

    return receive_or_end


def _unless(ended: asyncio.Event, send: Send) -> Send:
    async def send_unless_ended(message: Message) -> None:
        if not ended.is_set():
            await send(message)

    return send_unless_ended
