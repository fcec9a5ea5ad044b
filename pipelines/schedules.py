"""The one thing that happens by the clock: retention, every night.

What it deletes belongs to `pipelines.mining.retention.plan`.
"""

import dagster as dg


def build_daily_retention(purge_expired: dg.JobDefinition) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name="daily_retention",
        job=purge_expired,
        cron_schedule="0 3 * * *",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Deletes what outlived its purpose.",
    )
