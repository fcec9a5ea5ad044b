"""The client of the governance API: it has a token of its own, and quotes what it is told."""

import json

import httpx
import pytest

from pipelines.resources.governance_api import GovernanceApi, GovernanceApiError


class Server:
    """Answers like the API; knows one token."""

    def __init__(self, *, refuse: bool = False, token: str = "secret") -> None:
        self.refuse, self.token = refuse, token
        self.posted: list[tuple[str, dict[str, object]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.headers["Authorization"] != f"Bearer {self.token}":
            return httpx.Response(401, json={"detail": "The access token is not valid: sign in again."})
        if self.refuse:
            return httpx.Response(409, json={"detail": "The job has ended: request another."})
        self.posted.append((request.url.path, json.loads(request.content)))
        return httpx.Response(200, json={"mining_job_id": 7})


def api(server: Server) -> GovernanceApi:
    return GovernanceApi(url="http://api.example", token="secret", transport=httpx.MockTransport(server))


def test_a_job_is_told_from_its_start_to_its_end() -> None:
    server = Server()
    client = api(server)
    client.start_mining_job(7, run_id="r")
    client.report_progress(7, "building")
    client.finish_mining_job(7, row_counts={"datamart": 3}, missing=["nora"])
    assert server.posted == [
        ("/mining-jobs/7/start", {"run_id": "r"}),
        ("/mining-jobs/7/progress", {"progress": "building"}),
        ("/mining-jobs/7/finish", {"row_counts": {"datamart": 3}, "missing": ["nora"]}),
    ]


def test_a_token_that_is_not_known_is_named_with_its_variable() -> None:
    with pytest.raises(GovernanceApiError, match="TASK_MINING_PIPELINES_TOKEN"):
        api(Server(token="another")).start_mining_job(7, run_id="r")


def test_a_run_that_was_started_in_dagster_learns_its_mining_job() -> None:
    server = Server()
    assert api(server).open_mining_job(3, run_id="r", requested_by=None) == 7
    assert server.posted == [("/projects/3/mining-jobs/of-runs", {"run_id": "r", "requested_by": None})]


def test_a_refusal_is_quoted() -> None:
    with pytest.raises(GovernanceApiError, match=r"\(409\): The job has ended: request another\."):
        api(Server(refuse=True)).fail_mining_job(7, error="no")


def test_an_api_that_is_not_there_is_named_with_the_remedy() -> None:
    def nobody(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    client = GovernanceApi(url="http://api.example", token="secret", transport=httpx.MockTransport(nobody))
    with pytest.raises(GovernanceApiError, match="TASK_MINING_API_URL"):
        client.report_purge({})
