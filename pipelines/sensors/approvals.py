"""Follows decisions on approvals in the order in which they were made.

An approval opens the days it covers to be built; a withdrawal has what it alone covered deleted, the days it covered
built without it, and the projects that were mined through it mined anew.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from pipelines.asset_jobs import AssetJob
from pipelines.mining.facts.calendar import days_between
from pipelines.mining.lake.files import Lake
from pipelines.partitions import PROJECTS_NAME, project_keys
from pipelines.resources.governance import Decision, GovernanceReader
from pipelines.sensors.day_ranges import day_range_tags, ranges_of

INTERVAL_S = 10


def build_approvals(
    process_days: AssetJob, mine_project: AssetJob, purge_expired: dg.JobDefinition
) -> dg.SensorDefinition:
    @dg.sensor(
        jobs=[process_days, mine_project, purge_expired],
        description="Waits for decisions on approvals: has approved days built, and what a withdrawal covered purged "
        "and taken out of results.",
        minimum_interval_seconds=INTERVAL_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def approvals(
        context: dg.SensorEvaluationContext,
        governance: dg.ResourceParam[GovernanceReader],
        lake: dg.ResourceParam[Lake],
    ) -> dg.SensorResult | dg.SkipReason:
        """The cursor is the last decision_seq seen; it is monotone in the order of commits."""
        decisions = governance.decisions_after(int(context.cursor or 0))
        if not decisions:
            return dg.SkipReason("No approval was decided since.")
        known = context.instance.get_dynamic_partitions(PROJECTS_NAME)
        requests: list[dg.RunRequest] = []
        for decision in decisions:
            if decision.decision == "withdrawn":
                key = f"withdrawn-{decision.decision_seq}"
                requests.append(dg.RunRequest(run_key=key, job_name=purge_expired.name, tags=_tags(decision)))
                requests.extend(_days_covered(decision, lake, process_days))
                requests.extend(_results(decision, lake, governance, mine_project, known))
            elif decision.decision == "approved":
                requests.extend(_days_covered(decision, lake, process_days))
        return dg.SensorResult(run_requests=requests, cursor=str(decisions[-1].decision_seq))

    return approvals


def _tags(decision: Decision) -> dict[str, str]:
    return {"task_mining/approval_id": str(decision.approval_id)}


def _days_covered(decision: Decision, lake: Lake, process_days: AssetJob) -> Iterator[dg.RunRequest]:
    stored = set(lake.days("raw_events"))
    last = decision.ends_on or max(stored, default=decision.starts_on)
    for number, each in enumerate(ranges_of(stored & set(days_between(decision.starts_on, last)))):
        key = f"{decision.decision}-{decision.decision_seq}-{number}"
        tags = {**_tags(decision), **day_range_tags(each)}
        yield dg.RunRequest(run_key=key, job_name=process_days.name, tags=tags)


def _results(
    decision: Decision, lake: Lake, governance: GovernanceReader, mine_project: AssetJob, known: Sequence[str]
) -> Iterator[dg.RunRequest]:
    """Each run opens a mining job of its own, and so is in the audit log."""
    mined = lake.projects("datamart")
    names = {
        project_id: name
        for project_id, name in governance.projects_mined_through(decision.approval_id).items()
        if project_id in mined
    }
    for project_id, partition in project_keys(names, known).items():
        key = f"withdrawn-{decision.decision_seq}-project-{project_id}"
        yield dg.RunRequest(run_key=key, job_name=mine_project.name, partition_key=partition, tags=_tags(decision))
