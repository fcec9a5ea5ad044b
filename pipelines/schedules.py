"""Runs retention every night, the one thing that happens by the clock.

What it deletes is decided by `pipelines.mining.retention.plan`.
"""

import dagster as dg


def build_daily_retention(purge_expired: dg.JobDefinition) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name="daily_retention",
        job=purge_expired,
        cron_schedule="0 3 * * *",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Waits for three in the morning, then deletes what outlived its purpose.",
    )
