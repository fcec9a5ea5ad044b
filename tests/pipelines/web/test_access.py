"""The door before Dagster: who is let through to the real web server, with imagined sessions behind it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.workspace.load_target import EmptyWorkspaceTarget
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from pipelines.web.server import AccountProcessContext, build_app
from pipelines.web.sessions import SESSION_COOKIE, Account, ActionRefusedError

OWN = "http://127.0.0.1:8701"
QUERY = {"query": "{ version }"}
START_SENSORS = {
    "query": 'mutation { addDynamicPartition(partitionsDefName: "x", partitionKey: "y", repositorySelector: '
    '{repositoryName: "r", repositoryLocationName: "l"}) { __typename } }'
}


class ImaginedSessions:
    """Everybody's secret is their role; what is told is kept."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []
        self.ended: set[str] = set()
        self.refuses = False

    def find(self, secret: str, *, is_cookie: bool) -> Account | None:
        return None if secret in self.ended else Account(f"one-{secret}", frozenset({secret}), secret, is_cookie)

    def tell(
        self, account: Account, action: str, subject: str, *, project_ids: Sequence[int], facts: dict[str, Any]
    ) -> None:
        if self.refuses:
            raise ActionRefusedError("The audit log is full.")
        self.told.append((account.login, action, subject))


@pytest.fixture
def sessions() -> ImaginedSessions:
    return ImaginedSessions()


@pytest.fixture
def client(sessions: ImaginedSessions, tmp_path: Path) -> Iterator[TestClient]:
    with (
        dg.DagsterInstance.local_temp(str(tmp_path)) as instance,
        AccountProcessContext(instance, EmptyWorkspaceTarget()) as workspace,
    ):
        app = build_app(instance, workspace, sessions=sessions, own_url=OWN, api_url="http://127.0.0.1:8700")
        app._socket_seconds = 0.01
        with TestClient(app, base_url=OWN, follow_redirects=False) as client:
            yield client


def sent_by(role: str, **headers: str) -> dict[str, str]:
    return {"Cookie": f"{SESSION_COOKIE}={role}", "Origin": OWN, "Host": "127.0.0.1:8701"} | headers


def test_nobody_is_led_to_the_sign_in_and_back(client: TestClient) -> None:
    answer = client.get("/runs?a=b", headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"] == (
        "http://127.0.0.1:8700/pages/login?return_to=http%3A%2F%2F127.0.0.1%3A8701%2Fruns%3Fa%3Db"
    )
    assert client.post("/graphql", json=QUERY, headers={"Origin": OWN}).status_code == 401
    assert client.get("/server_info").status_code == 401


@pytest.mark.parametrize(
    ("role", "status"),
    [("admin", 200), ("power_user", 200), ("analyst", 200), ("guardian", 200), ("dagster", 200)]
    + [(role, 403) for role in ("manager", "stakeholder", "workstation_user", "pipelines", "superset")],
)
def test_roles_decide_who_reads(client: TestClient, role: str, status: int) -> None:
    assert client.post("/graphql", json=QUERY, headers=sent_by(role)).status_code == status


def test_what_browsers_are_made_to_send_is_refused(client: TestClient) -> None:
    def status(**headers: str) -> int:
        return client.post("/graphql", json=QUERY, headers=sent_by("admin", **headers)).status_code

    assert status(Host="evil.example") == 421
    assert status(Origin="http://127.0.0.1:8702") == 403
    assert status(Origin="null") == 403
    cookie = {"Cookie": f"{SESSION_COOKIE}=admin"}
    assert client.post("/graphql", json=QUERY, headers=cookie).status_code == 403
    assert client.get("/graphql", params=QUERY, headers=cookie).status_code == 405
    plain = sent_by("admin", **{"Content-Type": "text/plain"})
    assert client.post("/graphql", params=QUERY, content="x", headers=plain).status_code == 415
    assert client.post("/graphql", json=[QUERY], headers=sent_by("admin")).status_code == 400
    assert client.post("/report_asset_materialization/x", json={}, headers=sent_by("admin")).status_code == 404
    assert client.post("/graphql", json=QUERY, headers={"Authorization": "Bearer admin"}).status_code == 200


def test_a_mutation_is_told_with_the_account_or_not_done(client: TestClient, sessions: ImaginedSessions) -> None:
    def status(role: str, query: dict[str, str]) -> int:
        return client.post("/graphql", json=query, headers=sent_by(role)).status_code

    for role in ("guardian", "dagster", "analyst"):
        assert status(role, START_SENSORS) == 403
    assert (
        status(
            "admin",
            {
                "query": 'mutation { logTelemetry(action: "a", clientTime: "1", clientId: "c", '
                'metadata: "{}") { __typename } }'
            },
        )
        == 403
    )
    assert not sessions.told
    status("admin", START_SENSORS)
    assert sessions.told == [("one-admin", "change", "addDynamicPartition")]
    sessions.refuses = True
    assert status("admin", START_SENSORS) == 403


def test_sockets_need_a_session_and_end_with_it(client: TestClient, sessions: ImaginedSessions) -> None:
    for headers in (
        {"Host": "127.0.0.1:8701", "Origin": OWN},
        sent_by("admin", Origin="http://evil.example"),
        sent_by("stakeholder"),
    ):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/graphql", headers=headers):
            pass
    with client.websocket_connect("/graphql", ["graphql-ws"], headers=sent_by("admin")) as socket:
        socket.send_json({"type": "connection_init"})
        assert socket.receive_json() == {"type": "connection_ack"}
        sessions.ended.add("admin")
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
        assert closed.value.code == 4401
