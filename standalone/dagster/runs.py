"""Reads the newest runs of a Dagster job."""

from dataclasses import dataclass

from standalone.dagster.questions import ask_dagster
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


def runs_of(settings: Settings, job: str) -> list[DagsterRun]:
    """The newest hundred runs of a job, newest first. Raises DagsterSilentError."""
    rows = ask_dagster(settings, RUNS, "runsOrError", "results", answer_seconds=ANSWER_SECONDS, job=job)
    return [DagsterRun(row["runId"], row["status"], row["startTime"] or 0.0) for row in rows]
