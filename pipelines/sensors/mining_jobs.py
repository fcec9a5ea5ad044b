"""Starts a run for each requested mining job, and tells the API of jobs whose runs died or were terminated.

State, not a cursor, says what waits: what could not be done at one look is done at the next.
"""

import dagster as dg

from pipelines.asset_jobs import AssetJob
from pipelines.mining_run import MINING_JOB_TAG, own_mining_job
from pipelines.resources.governance import GovernanceReader, MiningJob
from pipelines.resources.governance_api import GovernanceApi, GovernanceApiError
from pipelines.sensors.always_on import always_on, partitions_of
from pipelines.sensors.priority import BEFORE_DAYS
from pipelines.sensors.under_way import is_under_way

INTERVAL_S = 5


def build_mining_jobs(mine_project: AssetJob) -> dg.SensorDefinition:
    @always_on(
        "Waits for mining jobs that were requested through the API, and starts a run for each.",
        job=mine_project,
        every_s=INTERVAL_S,
    )
    def mining_jobs(
        context: dg.SensorEvaluationContext, governance: dg.ResourceParam[GovernanceReader]
    ) -> dg.SensorResult | dg.SkipReason:
        """Of each project the oldest, once no run of the project is under way: one that waits takes the place of one
        that works. The run key makes asking twice harmless.
        """
        jobs = [job for job in governance.open_mining_jobs() if job.state == "requested"]
        if not jobs:
            return dg.SkipReason("No mining job waits.")
        names = governance.project_names()
        keys, new = partitions_of({job.project_id: names.get(job.project_id, "") for job in jobs}, context)
        oldest = {job.project_id: job for job in reversed(jobs)}
        requests = [
            dg.RunRequest(
                run_key=f"mining-job-{job.mining_job_id}",
                partition_key=keys[job.project_id],
                tags={MINING_JOB_TAG: str(job.mining_job_id), **BEFORE_DAYS},
            )
            for job in sorted(oldest.values(), key=lambda job: job.mining_job_id)
            if not is_under_way(context.instance, mine_project.name, partition_key=keys[job.project_id])
        ]
        return dg.SensorResult(run_requests=requests, dynamic_partitions_requests=new)

    return mining_jobs


def build_ended_mining_runs() -> dg.SensorDefinition:
    """A run that is killed or terminated, waiting or at work, fails no step: its job would wait for it for ever."""

    @always_on(
        "Waits for runs of mining jobs that were killed or terminated, and tells the API what they could not.",
        every_s=INTERVAL_S,
    )
    def ended_mining_runs(
        context: dg.SensorEvaluationContext,
        governance: dg.ResourceParam[GovernanceReader],
        governance_api: dg.ResourceParam[GovernanceApi],
    ) -> dg.SkipReason:
        """Raises what the API said last, after trying all: the tick fails, and the next one tries again."""
        refusal: GovernanceApiError | None = None
        for job in governance.open_mining_jobs():
            sentence = _why_ended(job, context.instance)
            if sentence is None or not _is_open(job, governance):
                continue
            try:
                governance_api.fail_mining_job(job.mining_job_id, error=sentence)
            except GovernanceApiError as error:
                refusal = error
        if refusal is not None:
            raise refusal
        return dg.SkipReason("Every open mining job has its run.")

    return ended_mining_runs


def _why_ended(job: MiningJob, instance: dg.DagsterInstance) -> str | None:
    """None while its run waits or works, or was never there. Who terminated it stands in the audit log."""
    run = instance.get_run_by_id(job.run_id) if job.run_id else _tagged_run(job, instance)
    if run is None:
        return f"Run {job.run_id} is no longer known to Dagster. Mine again." if job.run_id else None
    if run.status is dg.DagsterRunStatus.CANCELED:
        return f"Run {run.run_id} was terminated in Dagster before it was done. Mine again."
    if run.status is dg.DagsterRunStatus.FAILURE:
        return f"Run {run.run_id} ended without a word: {_last_words(run, instance)} Mine again."
    return None


def _tagged_run(job: MiningJob, instance: dg.DagsterInstance) -> dg.DagsterRun | None:
    """The newest that is the job's own: one that repeats it came with its tag."""
    tagged = instance.get_runs(filters=dg.RunsFilter(tags={MINING_JOB_TAG: str(job.mining_job_id)}))
    own = (run for run in tagged if own_mining_job(instance, run.run_id) == str(job.mining_job_id))
    return next(own, None)


def _last_words(run: dg.DagsterRun, instance: dg.DagsterInstance) -> str:
    failures = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.RUN_FAILURE).records
    event = failures[-1].event_log_entry.dagster_event if failures else None
    return (event.message if event else None) or "Dagster does not say why."


def _is_open(job: MiningJob, governance: GovernanceReader) -> bool:
    """Read after its run was seen to have ended: it may have spoken for itself in between."""
    now = governance.find_mining_job(job.mining_job_id)
    return now is not None and now.is_open
