"""Follows decisions on approvals in the order in which they were made.

An approval opens the days it covers to be built; a withdrawal has what it alone covered deleted, the days it covered
built without it, and the projects that were mined through it mined anew. However many were decided since the last
look, there is one run for each thing to do; approvals wait while a run of days waits, a withdrawal does not.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import dagster as dg

from pipelines.asset_jobs import AssetJob
from pipelines.mining.facts.calendar import days_between
from pipelines.mining.lake.files import Lake
from pipelines.resources.governance import Decision, GovernanceReader
from pipelines.sensors.always_on import always_on, partitions_of
from pipelines.sensors.day_ranges import day_range_tags, ranges_of
from pipelines.sensors.priority import BEFORE_DAYS
from pipelines.sensors.under_way import is_waiting

INTERVAL_S = 10


def build_approvals(
    process_days: AssetJob, mine_project: AssetJob, purge_expired: dg.JobDefinition
) -> dg.SensorDefinition:
    @always_on(
        "Waits for decisions on approvals: has approved days built, and what a withdrawal covered purged and taken out "
        "of results.",
        jobs=[process_days, mine_project, purge_expired],
        every_s=INTERVAL_S,
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
        withdrawn = [each for each in decisions if each.decision == "withdrawn"]
        if not withdrawn and is_waiting(context.instance, process_days.name):
            return dg.SkipReason("A run of days waits: what is approved until it begins is built together.")
        requests = list(_days_covered(decisions, lake, process_days))
        new: list[dg.AddDynamicPartitionsRequest] = []
        if withdrawn:
            key = f"withdrawn-{withdrawn[-1].decision_seq}"
            requests.insert(0, dg.RunRequest(run_key=key, job_name=purge_expired.name))
            partitions, new = partitions_of(_mined_projects(withdrawn, lake, governance), context)
            requests.extend(_results(key, partitions, mine_project))
        cursor = str(decisions[-1].decision_seq)
        return dg.SensorResult(run_requests=requests, cursor=cursor, dynamic_partitions_requests=new)

    return approvals


def _days_covered(decisions: Sequence[Decision], lake: Lake, process_days: AssetJob) -> Iterator[dg.RunRequest]:
    """Those of approvals that were given or withdrawn, as far as anything is stored of them."""
    stored = set(lake.days("raw_events"))
    covered: set[date] = set()
    for decision in decisions:
        if decision.decision in {"approved", "withdrawn"}:
            last = decision.ends_on or max(stored, default=decision.starts_on)
            covered.update(stored & set(days_between(decision.starts_on, last)))
    for number, days in enumerate(ranges_of(covered)):
        key = f"decided-{decisions[-1].decision_seq}-{number}"
        yield dg.RunRequest(run_key=key, job_name=process_days.name, tags=day_range_tags(days))


def _mined_projects(withdrawn: Sequence[Decision], lake: Lake, governance: GovernanceReader) -> dict[int, str]:
    """project id → name, of those with results that the approvals may be in."""
    mined = lake.projects("datamart")
    through = governance.projects_mined_through([each.approval_id for each in withdrawn])
    return {project_id: name for project_id, name in through.items() if project_id in mined}


def _results(key: str, partitions: Mapping[int, str], mine_project: AssetJob) -> Iterator[dg.RunRequest]:
    """Each run opens a mining job of its own, and so is in the audit log."""
    for project_id, partition in partitions.items():
        yield dg.RunRequest(
            run_key=f"{key}-project-{project_id}",
            job_name=mine_project.name,
            partition_key=partition,
            tags=BEFORE_DAYS,
        )
