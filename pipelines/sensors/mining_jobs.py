"""Starts a run for each requested mining job, and tells the API of runs that died or were terminated."""

import dagster as dg

from pipelines.asset_jobs import AssetJob
from pipelines.mining_run import MINING_JOB_TAG
from pipelines.partitions import PROJECTS, PROJECTS_NAME, project_keys
from pipelines.resources.governance import GovernanceReader
from pipelines.resources.governance_api import GovernanceApi, GovernanceApiError
from pipelines.sensors.under_way import is_under_way

INTERVAL_S = 5


def build_mining_jobs(mine_project: AssetJob) -> dg.SensorDefinition:
    @dg.sensor(
        job=mine_project,
        description="Waits for mining jobs that were requested through the API, and starts a run for each.",
        minimum_interval_seconds=INTERVAL_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def mining_jobs(
        context: dg.SensorEvaluationContext, governance: dg.ResourceParam[GovernanceReader]
    ) -> dg.SensorResult | dg.SkipReason:
        """State, not a cursor, says what waits; the run key makes asking twice harmless.

        Of each project the oldest, once no run of the project is under way: one that waits takes the place of one that
        works.
        """
        jobs = governance.requested_mining_jobs()
        if not jobs:
            return dg.SkipReason("No mining job waits.")
        known = set(context.instance.get_dynamic_partitions(PROJECTS_NAME))
        names = governance.project_names()
        keys = project_keys({job.project_id: names.get(job.project_id, "") for job in jobs}, known)
        new = sorted(set(keys.values()) - known)
        oldest = {job.project_id: job for job in reversed(jobs)}
        requests = [
            dg.RunRequest(
                run_key=f"mining-job-{job.mining_job_id}",
                partition_key=keys[job.project_id],
                tags={MINING_JOB_TAG: str(job.mining_job_id)},
            )
            for job in sorted(oldest.values(), key=lambda job: job.mining_job_id)
            if not is_under_way(context.instance, mine_project.name, partition_key=keys[job.project_id])
        ]
        return dg.SensorResult(
            run_requests=requests, dynamic_partitions_requests=[PROJECTS.build_add_request(new)] if new else []
        )

    return mining_jobs


def build_failed_mining_runs() -> dg.SensorDefinition:
    """Follows every job: what somebody materializes by hand belongs to none of ours."""

    @dg.run_failure_sensor(
        description="Waits for runs of mining jobs that fail, and tells the API what they could not.",
        minimum_interval_seconds=INTERVAL_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def failed_mining_runs(
        context: dg.RunFailureSensorContext,
        governance: dg.ResourceParam[GovernanceReader],
        governance_api: dg.ResourceParam[GovernanceApi],
    ) -> dg.SkipReason | None:
        """For runs that could not speak for themselves, because they were killed."""
        sentence = f"Run {context.dagster_run.run_id} ended without a word: {context.failure_event.message} Mine again."
        return _fail_job_of(context, sentence, governance, governance_api)

    return failed_mining_runs


def build_terminated_mining_runs() -> dg.SensorDefinition:
    """A run that is terminated, waiting or at work, fails no step: else its job would wait for it for ever."""

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.CANCELED,
        description="Waits for runs of mining jobs that somebody terminates, and tells the API so.",
        minimum_interval_seconds=INTERVAL_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def terminated_mining_runs(
        context: dg.RunStatusSensorContext,
        governance: dg.ResourceParam[GovernanceReader],
        governance_api: dg.ResourceParam[GovernanceApi],
    ) -> dg.SkipReason | None:
        """Who it was stands in the audit log."""
        sentence = f"Run {context.dagster_run.run_id} was terminated in Dagster before it was done. Mine again."
        return _fail_job_of(context, sentence, governance, governance_api)

    return terminated_mining_runs


def _fail_job_of(
    context: dg.RunStatusSensorContext, sentence: str, governance: GovernanceReader, governance_api: GovernanceApi
) -> dg.SkipReason | None:
    """The job that the run was for, unless it has ended otherwise."""
    tag = context.dagster_run.tags.get(MINING_JOB_TAG)
    if tag is None:
        return dg.SkipReason("The run belongs to no mining job.")
    job = governance.find_mining_job(int(tag))
    if job is None or job.state not in {"requested", "running"}:
        return dg.SkipReason(f"Mining job {tag} has ended already.")
    try:
        governance_api.fail_mining_job(int(tag), error=sentence)
    except GovernanceApiError as error:
        context.log.warning(str(error))
    return None
