"""The real web server before a real code server on a unix socket; of the governance service, only what it would say."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import httpx
import pytest
from dagster._core.workspace.load_target import WorkspaceFileTarget

from pipelines.partitions import PROJECTS_NAME
from pipelines.web.contexts import AccountProcessContext
from pipelines.web.server import build_app
from pipelines.web.sessions import SESSION_COOKIE, Account, Action, ActionRefusedError, GovernanceSilentError
from standalone.ports import LOOPBACK, free_port
from tests.governance_api.serving import serving

API = "http://127.0.0.1:8700"
PARTITIONS = ("service-operations-3", "secret-4")
START_SECONDS = 60


@dataclass
class ImaginedSessions:
    """Everybody's secret is their role; what is recorded is kept. Project 4 is nobody's but the admin's."""

    recorded: list[tuple[str, Action, str, list[int], dict[str, Any]]] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)
    is_silent: bool = False

    def find(self, secret: str, *, is_cookie: bool) -> Account | None:
        if self.is_silent:
            raise GovernanceSilentError("ConnectError")
        return None if secret in self.ended else Account(f"one-{secret}", frozenset({secret}), secret, is_cookie)

    def record(
        self, account: Account, action: Action, subject: str, *, project_ids: Sequence[int], facts: dict[str, Any]
    ) -> None:
        is_for_admins = action is not Action.FAILURE and (not project_ids or 4 in project_ids)
        if is_for_admins and not account.is_admin:
            raise ActionRefusedError("This needs the role admin: ask an admin to assign it to you.")
        self.recorded.append((account.login, action, subject, list(project_ids), facts))


@dataclass
class Served:
    """The running server, and what is behind it."""

    url: str
    client: httpx.Client
    instance: dg.DagsterInstance
    sessions: ImaginedSessions

    def sent_by(self, role: str, **headers: str) -> dict[str, str]:
        return {"Cookie": f"{SESSION_COOKIE}={role}", "Origin": self.url} | headers

    def post(self, body: Any, headers: dict[str, str]) -> httpx.Response:
        return self.client.post("/graphql", json=body, headers=headers)

    def ask(self, role: str, query: str, **variables: Any) -> httpx.Response:
        return self.post({"query": query, "variables": variables}, self.sent_by(role))


@pytest.fixture(scope="package")
def workspace_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder: Path = tmp_path_factory.mktemp("code")
    socket = folder / "grpc.sock"
    location = Path(__file__).with_name("location.py")
    command = ("-m", "dagster", "api", "grpc", "--socket", str(socket), "--location-name", "task_mining")
    server = subprocess.Popen((sys.executable, *command, "--python-file", str(location)), stderr=subprocess.DEVNULL)
    workspace = folder / "workspace.yaml"
    workspace.write_text(f"load_from: [{{grpc_server: {{socket: {socket}, location_name: task_mining}}}}]")
    deadline = time.monotonic() + START_SECONDS
    while not socket.exists():
        assert server.poll() is None, "the code server ended while starting"
        assert time.monotonic() < deadline, "the code server did not start"
        time.sleep(0.05)
    yield workspace
    server.kill()  # it ignores SIGTERM where a shell started the tests in the background, and has nothing to save
    server.wait()


@pytest.fixture(scope="package")
def running(workspace_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    sessions, port = ImaginedSessions(), free_port()
    url = f"http://{LOOPBACK}:{port}"
    queued: Any = {"concurrency": {"runs": {"max_concurrent_runs": 1}}}
    with (
        dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("instance")), overrides=queued) as instance,
        AccountProcessContext(instance, WorkspaceFileTarget([str(workspace_file)])) as workspace,
    ):
        instance.add_dynamic_partitions(PROJECTS_NAME, list(PARTITIONS))
        app = build_app(instance, workspace, sessions=sessions, own_urls=(url, "https://mining.example"), api_url=API)
        app._recheck_seconds = 0.02
        with serving(app, port=port), httpx.Client(base_url=url, timeout=60) as client:
            yield Served(url, client, instance, sessions)


@pytest.fixture
def served(running: Served) -> Served:
    """With nothing recorded and everybody signed in."""
    running.sessions.recorded.clear()
    running.sessions.ended.clear()
    running.sessions.is_silent = False
    return running


@pytest.fixture
def launch(served: Served) -> Callable[..., httpx.Response]:
    """Launches a job as somebody: `launch(role, job, tags={…}, config={…}, **metadata)`."""

    def launch(
        role: str, job: str = "mine_project", *, tags: dict[str, str] | None = None, config: Any = None, **metadata: str
    ) -> httpx.Response:
        given = {"dagster/partition": PARTITIONS[0]} if tags is None else tags
        parameters = {
            "selector": {"repositoryLocationName": "task_mining", "repositoryName": "__repository__", "jobName": job},
            "runConfigData": config or {},
            "mode": "default",
            "executionMetadata": {"tags": [{"key": key, "value": value} for key, value in given.items()], **metadata},
        }
        return served.ask(role, LAUNCH, parameters=parameters)

    return launch


LAUNCH = """
mutation Launch($parameters: ExecutionParams!) {
  launchPipelineExecution(executionParams: $parameters) {
    __typename
    ... on LaunchRunSuccess { run { runId tags { key value } } }
    ... on PythonError { message }
    ... on RunConfigValidationInvalid { errors { message } }
  }
}
"""
TERMINATE = "mutation($id: String!) { terminateRun(runId: $id) { __typename } }"


def done(answer: httpx.Response, field: str) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"][field]
    return data


def launched(answer: httpx.Response) -> str:
    return str(done(answer, "launchPipelineExecution")["run"]["runId"])
