"""What somebody who signed in does in Dagster, as its pages would send it, and what came of it."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from standalone.demo.people import ANALYST, signed_in
from standalone.settings import Settings

PATIENCE_SECONDS = 180
T = TypeVar("T")
LAUNCH = """
mutation Launch($project: String!) {
  launchPipelineExecution(executionParams: {
    selector: {repositoryLocationName: "task_mining", repositoryName: "__repository__", jobName: "mine_project"},
    executionMetadata: {tags: [{key: "dagster/partition", value: $project}]}
  }) { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } }
}
"""
TERMINATE = "mutation End($run: String!) { terminateRun(runId: $run) { __typename } }"
PARTITIONS = '{ assetNodeOrError(assetKey: {path: ["marts"]}) { ... on AssetNode { partitionKeys } } }'


class InDagster:
    """The demonstration's analyst, in front of Dagster and of the governance service."""

    def __init__(self, settings: Settings) -> None:
        self.api = signed_in(settings, ANALYST)
        self._url = f"{settings.dagster_url}/graphql"
        answer = httpx.post(
            f"{settings.api_url}/tokens", json={"login": ANALYST.login, "password": settings.passwords.demo}
        )
        self._headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def __enter__(self) -> "InDagster":
        return self

    def __exit__(self, *error: object) -> None:
        self.api.__exit__(None, None, None)

    def ask(self, query: str, **variables: str) -> dict[str, Any]:
        answer = httpx.post(self._url, json={"query": query, "variables": variables}, headers=self._headers, timeout=60)
        assert answer.status_code == httpx.codes.OK, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data

    def partition_of(self, name: str) -> tuple[int, str]:
        """A project's id and partition; the sensor on partitions makes it within a minute."""
        (project,) = (each for each in self.api.list("/projects", key="project_id") if each["name"] == name)
        project_id = int(project["project_id"])

        def found() -> str | None:
            keys = self.ask(PARTITIONS)["assetNodeOrError"]["partitionKeys"]
            return next((key for key in keys if key.endswith(f"-{project_id}")), None)

        return project_id, until(found)

    def launch(self, partition: str) -> str:
        answer = self.ask(LAUNCH, project=partition)["launchPipelineExecution"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return str(answer["run"]["runId"])

    def terminate(self, run_id: str) -> str:
        return str(self.ask(TERMINATE, run=run_id)["terminateRun"]["__typename"])

    def mining_job(self, project_id: int, run_id: str, *states: str) -> dict[str, Any]:
        """The one that the run opened, once it is in one of the states."""

        def found() -> dict[str, Any] | None:
            jobs = self.api.list(f"/projects/{project_id}/mining-jobs", key="mining_job_id")
            return next((job for job in jobs if job["run_id"] == run_id and job["state"] in states), None)

        return until(found)


def until(find: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := find()) is None:
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.5)
    return found
