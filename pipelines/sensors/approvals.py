"""Follows decisions on approvals in the order in which they were made.

An approval opens the days it covers to be built; a withdrawal has what it alone covered deleted.
"""

import dagster as dg

from pipelines.asset_jobs import AssetJob
from pipelines.mining.facts.calendar import days_between
from pipelines.mining.lake.files import Lake
from pipelines.resources.governance import GovernanceReader
from pipelines.sensors.day_ranges import day_range_tags, ranges_of

INTERVAL_S = 10


def build_approvals(process_days: AssetJob, purge_expired: dg.JobDefinition) -> dg.SensorDefinition:
    @dg.sensor(
        jobs=[process_days, purge_expired],
        description="Waits for decisions on approvals: has approved days built, and what a withdrawal covered purged.",
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
        stored = set(lake.days("raw_events"))
        requests = []
        for decision in decisions:
            tags = {"task_mining/approval_id": str(decision.approval_id)}
            if decision.decision == "withdrawn":
                key = f"withdrawn-{decision.decision_seq}"
                requests.append(dg.RunRequest(run_key=key, job_name=purge_expired.name, tags=tags))
            elif decision.decision == "approved":
                last = decision.ends_on or max(stored, default=decision.starts_on)
                days = stored & set(days_between(decision.starts_on, last))
                for number, each in enumerate(ranges_of(days)):
                    key = f"approved-{decision.decision_seq}-{number}"
                    requests.append(
                        dg.RunRequest(run_key=key, job_name=process_days.name, tags={**tags, **day_range_tags(each)})
                    )
        return dg.SensorResult(run_requests=requests, cursor=str(decisions[-1].decision_seq))

    return approvals
