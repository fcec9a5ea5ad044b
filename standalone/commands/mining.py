"""`task-mining mine`: requests a mining job through the API and waits until it is done.

Dagster's sensor notices the request and runs the job; nothing is computed here.
"""

import time
from typing import Any

from standalone.errors import StandaloneError
from standalone.governance.api import Api
from standalone.governance.projects import find_project
from standalone.settings import Settings
from standalone.timeline import Step, Timeline

ASK_EVERY_SECONDS = 0.5
PATIENCE_SECONDS = 1800


def mine(settings: Settings, timeline: Timeline, project: str) -> dict[str, Any]:
    """The finished mining job; raises StandaloneError with the job's own sentence when it fails."""
    with Api(settings.api_url).sign_in("admin", settings.passwords.admin) as api:
        found = find_project(api, project)
        with timeline.step(f"Mining of {found['name']}") as step:
            return MiningJob.request(api, found["project_id"]).follow(step, settings)


class MiningJob:
    """One requested mining job, followed by asking."""

    def __init__(self, api: Api, mining_job_id: int) -> None:
        self._api = api
        self._mining_job_id = mining_job_id

    @classmethod
    def request(cls, api: Api, project_id: int) -> "MiningJob":
        return cls(api, api.post(f"/projects/{project_id}/mining-jobs")["mining_job_id"])

    def follow(self, step: Step, settings: Settings) -> dict[str, Any]:
        """Returns when it is done; raises StandaloneError when it fails or takes too long."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            job: dict[str, Any] = self._api.get(f"/mining-jobs/{self._mining_job_id}")
            step.say(job["progress"] or job["state"])
            if job["state"] == "done":
                return job
            if job["state"] == "failed":
                raise StandaloneError(f"Mining job {self._mining_job_id} failed: {job['error']}")
            if time.monotonic() > deadline:
                raise StandaloneError(
                    f"Mining job {self._mining_job_id} is {job['state']} after {PATIENCE_SECONDS // 60} minutes still: "
                    f"look at its run in {settings.dagster_url}/runs and at {settings.logs}."
                )
            time.sleep(ASK_EVERY_SECONDS)
