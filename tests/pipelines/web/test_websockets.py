"""Subscriptions need a session and their own origin, show what happens, change nothing, and end with the session."""

import json

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from pipelines.web.sessions import SESSION_COOKIE
from pipelines.web.websockets import SESSION_ENDED
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
