"""Reads the newest runs of a Dagster job from Dagster's web server, by GraphQL."""

from dataclasses import dataclass

import httpx

from pipelines.resources.authorities import trusted_authorities
from standalone.errors import StandaloneError
from standalone.settings import Settings

ANSWER_SECONDS = 30

RUNS = """
query Runs($job: String!) {
  runsOrError(filter: {pipelineName: $job}, limit: 100) {
    ... on Runs { results { runId status startTime } }
    ... on PythonError { message }
  }
}
"""


@dataclass(frozen=True)
class DagsterRun:
    """One run. `started_at` is seconds since 1970, 0 before it began."""

    run_id: str
    status: str
    started_at: float

    @property
    def is_under_way(self) -> bool:
        return self.status not in {"SUCCESS", "FAILURE", "CANCELED"}


def sent_by_service(settings: Settings) -> dict[str, str]:
    """The headers of the account `dagster`, which reads and launches nothing."""
    return {"Authorization": f"Bearer {settings.passwords.dagster_token}"}


def runs_of(settings: Settings, job: str) -> list[DagsterRun]:
    """The newest hundred runs of a job, newest first."""
    body = {"query": RUNS, "variables": {"job": job}}
    try:
        answer = httpx.post(
            f"{settings.dagster_url}/graphql",
            json=body,
            headers=sent_by_service(settings),
            timeout=ANSWER_SECONDS,
            verify=trusted_authorities(),
        )
        answer.raise_for_status()
        rows = answer.json()["data"]["runsOrError"]["results"]
    except (httpx.HTTPError, KeyError, TypeError) as error:
        raise StandaloneError(
            f"Dagster at {settings.dagster_url} does not tell its runs ({error}): run `task-mining status`, and "
            "`task-mining up` when it is not well."
        ) from error
    return [DagsterRun(row["runId"], row["status"], row["startTime"] or 0.0) for row in rows]
