"""Subscriptions need a session and their own origin, show what happens, change nothing, and end with the session."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from pipelines.web.sessions import SESSION_COOKIE, Account
from pipelines.web.websockets import SESSION_ENDED, serve_while_signed_in
from tests.pipelines.web.conftest import Served


def opened(served: Served, *, role: str | None, origin: str | None = None) -> ClientConnection:
    headers = {"Cookie": f"{SESSION_COOKIE}={role}"} if role else {}
    if origin:
        headers["Origin"] = origin
    address = served.url.replace("http", "ws") + "/graphql"
    return connect(address, additional_headers=headers, subprotocols=[Subprotocol("graphql-ws")], proxy=None)


@pytest.mark.parametrize(
    ("role", "origin"),
    [(None, "own"), ("stakeholder", "own"), ("admin", "http://evil.example"), ("admin", None), ("manager", "own")],
)
def test_a_websocket_needs_a_session_that_may_look_and_our_own_page(
    served: Served, role: str | None, origin: str | None
) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        opened(served, role=role, origin=served.url if origin == "own" else origin),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_a_websocket_changes_nothing_and_ends_with_its_session(served: Served) -> None:
    with opened(served, role="admin", origin=served.url) as socket:
        socket.send(json.dumps({"type": "connection_init"}))
        assert json.loads(socket.recv(timeout=30)) == {"type": "connection_ack"}
        mutation = {"query": 'mutation { deleteRun(runId: "x") { __typename } }'}
        socket.send(json.dumps({"type": "start", "id": "1", "payload": mutation}))
        assert json.loads(socket.recv(timeout=30))["type"] == "error"
        assert not served.sessions.recorded
        served.sessions.ended.add("admin")
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=30)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == SESSION_ENDED


def test_a_websocket_ends_when_other_roles_decide_what_it_may_show(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(served, role="admin", origin=served.url) as socket:
        socket.send(json.dumps({"type": "connection_init"}))
        assert json.loads(socket.recv(timeout=30)) == {"type": "connection_ack"}
        demoted = Account("one-admin", frozenset({"guardian"}), "admin")
        monkeypatch.setattr(served.sessions, "find", lambda *_, **__: demoted)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=30)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == SESSION_ENDED


class Side:
    """The other side of a websocket: silent until the test ends, and it keeps what it is sent."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async def send(self, message: Message) -> None:
        self.sent.append(message)


async def listen(_: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "websocket.accept"})
    assert (await receive())["type"] == "websocket.disconnect"


async def close_when_it_ends(_: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "websocket.close", "code": 1000})
    await receive()


async def ended() -> bool:
    await asyncio.sleep(0)
    return False


async def nobody_knows() -> bool:
    await asyncio.sleep(0)
    raise ValueError("what the service says is no account")


@pytest.mark.parametrize(
    ("app", "is_signed_in", "codes"),
    [
        (listen, ended, [SESSION_ENDED]),
        (listen, nobody_knows, [SESSION_ENDED]),
        (close_when_it_ends, ended, [1000]),
    ],
)
def test_a_websocket_ends_once_also_where_nobody_knows_whose_it_is(
    app: ASGIApp, is_signed_in: Callable[[], Awaitable[bool]], codes: list[int]
) -> None:
    side = Side()

    async def serve() -> None:
        serving = serve_while_signed_in(app, {}, side.receive, side.send, is_signed_in, every=0)
        await asyncio.wait_for(serving, timeout=30)

    asyncio.run(serve())
    assert [each["code"] for each in side.sent if each["type"] == "websocket.close"] == codes
