"""Tells the governance API, as account `pipelines`, what the pipelines change, so that it is audited.

Add a method here when the pipelines change something else in governance.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from pipelines.resources.authorities import trusted_authorities

TIMEOUT_S = 30.0
MAX_ERROR_LENGTH = 2_000


class GovernanceApiError(RuntimeError):
    """The API refused or was not there; the sentence quotes what it said."""


class GovernanceApi:
    """A client with the token of the account `pipelines`, which is for this process alone and does not expire."""

    def __init__(self, *, url: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._client = httpx.Client(
            base_url=url, timeout=TIMEOUT_S, transport=transport, headers=headers, verify=trusted_authorities()
        )

    def open_mining_job(self, project_id: int, *, run_id: str, requested_by: str | None) -> int:
        """The id of the mining job of a run that was started in Dagster; the same run again gives the same job."""
        body = {"run_id": run_id, "requested_by": requested_by}
        return int(self._post(f"/projects/{project_id}/mining-jobs/of-runs", body)["mining_job_id"])

    def start_mining_job(self, mining_job_id: int, *, run_id: str) -> None:
        self._post(f"/mining-jobs/{mining_job_id}/start", {"run_id": run_id})

    def report_progress(self, mining_job_id: int, progress: str) -> None:
        self._post(f"/mining-jobs/{mining_job_id}/progress", {"progress": progress})

    def finish_mining_job(self, mining_job_id: int, *, row_counts: Mapping[str, int], missing: Sequence[str]) -> None:
        self._post(f"/mining-jobs/{mining_job_id}/finish", {"row_counts": dict(row_counts), "missing": list(missing)})

    def fail_mining_job(self, mining_job_id: int, *, error: str) -> None:
        self._post(f"/mining-jobs/{mining_job_id}/fail", {"error": error[:MAX_ERROR_LENGTH]})

    def report_purge(self, report: Mapping[str, Any]) -> None:
        self._post("/purges", {"report": dict(report)})

    def report_losses(self, losses: Sequence[Mapping[str, Any]], *, report_key: str) -> None:
        """Sent again under its key, a report counts once."""
        self._post("/losses", {"losses": [dict(loss) for loss in losses], "report_key": report_key})

    def close(self) -> None:
        self._client.close()

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            answer = self._client.post(path, json=body)
        except httpx.TransportError as error:
            raise GovernanceApiError(
                f"The governance API at {self._client.base_url} does not answer ({type(error).__name__}): "
                "start it, or set TASK_MINING_API_URL."
            ) from error
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise GovernanceApiError(
                f"The governance API does not know the token of the pipelines ({detail_of(answer)}): set "
                "TASK_MINING_PIPELINES_TOKEN to that of `python -m governance_api.bootstrap`."
            )
        if answer.is_error:
            raise GovernanceApiError(f"POST {path} was refused ({answer.status_code}): {detail_of(answer)}")
        said: dict[str, Any] = answer.json()
        return said


def detail_of(answer: httpx.Response) -> str:
    """The sentence of a refusal; of what is no problem of ours, a proxy's page for one, its beginning."""
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        return answer.text[:200]
    return str(problem.get("detail") or problem.get("title") or problem)
