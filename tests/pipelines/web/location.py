"""A small code location with what the web server tells apart: projects, all other runs, a sensor, a schedule."""

import dagster as dg

from pipelines.partitions import PROJECTS


@dg.asset(partitions_def=PROJECTS)
def marts() -> None: ...


@dg.asset
def raw_events() -> None: ...


@dg.op(config_schema={"is_dry_run": dg.Field(bool, default_value=False)})
def purge() -> None: ...


@dg.job
def purge_expired() -> None:
    purge()


mine_project = dg.define_asset_job("mine_project", selection=[marts])


@dg.sensor(job=purge_expired)
def approvals() -> None: ...


defs = dg.Definitions(
    assets=[marts, raw_events],
    jobs=[mine_project, purge_expired],
    sensors=[approvals],
    schedules=[dg.ScheduleDefinition(name="daily_retention", job=purge_expired, cron_schedule="0 3 * * *")],
)
