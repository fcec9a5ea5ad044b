"""Waits until Dagster has built every day, requests the mining jobs, and waits for the dashboards.

Dagster's sensors start all runs by themselves; only mining jobs are requested, through the API, as an analyst would.
"""

import time
from datetime import datetime

from domain.landing_files import LANDING_FOLDER
from pipelines.mining.lake.files import Lake, finished_files
from pipelines.mining.raw_events.touched_days import read_touched_days
from standalone.commands.mining import MiningJob
from standalone.dagster.runs import runs_of
from standalone.errors import StandaloneError
from standalone.governance.api import Api
from standalone.settings import Settings
from standalone.timeline import Timeline

ASK_EVERY_SECONDS = 0.5
PATIENCE_SECONDS = 900
DEPLOYMENT = "deploy_dashboards"


def wait_for_days(settings: Settings, timeline: Timeline) -> None:
    """Until every landed event stands in its day and every touched day is built."""
    lake = Lake(settings.lake)
    deadline = time.monotonic() + PATIENCE_SECONDS
    with timeline.step("Days: raw events to activities") as step:
        while waiting := _waiting(lake):
            step.say(waiting)
            if time.monotonic() > deadline:
                raise StandaloneError(
                    f"After {PATIENCE_SECONDS // 60} minutes there are still {waiting}: look at the runs in "
                    f"{settings.dagster_url}/runs and at {settings.logs / 'dagster_daemon.log'}."
                )
            time.sleep(ASK_EVERY_SECONDS)


def mine_projects(settings: Settings, timeline: Timeline, analyst: Api, project_ids: list[int]) -> None:
    """All of them are asked for at once, so that Dagster may mine them side by side."""
    with timeline.step("Mining") as step:
        jobs = [MiningJob.request(analyst, project_id) for project_id in project_ids]
        finished = []
        for number, job in enumerate(jobs, start=1):
            finished.append(datetime.fromisoformat(job.follow(step, settings)["finished_at"]))
            step.report(number, len(jobs), unit="projects")
    with timeline.step("Dashboards"):
        _wait_for_dashboards(settings, after=max(finished))


def _wait_for_dashboards(settings: Settings, *, after: datetime) -> None:
    """Until what was published at that instant is shown: a sensor deploys the dashboards after each publication."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        runs = [run for run in runs_of(settings, DEPLOYMENT) if run.started_at >= after.timestamp()]
        if runs and not any(run.is_under_way for run in runs):
            break
        if time.monotonic() > deadline:
            raise StandaloneError(
                f"After {PATIENCE_SECONDS // 60} minutes no run of {DEPLOYMENT} has ended: look at "
                f"{settings.dagster_url}/runs and at {settings.logs / 'dagster_daemon.log'}."
            )
        time.sleep(ASK_EVERY_SECONDS)
    if runs[0].status != "SUCCESS":
        raise StandaloneError(
            f"The dashboards were not deployed: read {settings.dagster_url}/runs/{runs[0].run_id}, mend what it names, "
            f"and run the job {DEPLOYMENT} again."
        )


def _waiting(lake: Lake) -> str:
    """What is not done yet, in words; empty when all is."""
    if landed := len(finished_files(lake.dataset(LANDING_FOLDER))):
        return f"{landed} landed files"
    if touched := len({each.day for each in read_touched_days(lake).days}):
        return f"{touched} days to build"
    return ""
