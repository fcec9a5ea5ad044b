"""The one assembler of what Dagster loads: assets, jobs, sensors, the schedule, resources.

Everything is defined elsewhere and only put together here; loading it reads the YAML of the aggregates only.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from pipelines.assets.activities import event_pool_and_activities
from pipelines.assets.context_categories import context_categories
from pipelines.assets.dashboards import dashboards
from pipelines.assets.datamart import build_datamart_asset
from pipelines.assets.marts import build_marts_asset
from pipelines.assets.raw_events import contexts, raw_events
from pipelines.jobs import build_mine_project, build_purge_expired, deploy_dashboards, process_days
from pipelines.publishing.tables import read_mart_tables
from pipelines.resources.wiring import RESOURCES
from pipelines.schedules import build_daily_retention
from pipelines.sensors.approvals import build_approvals
from pipelines.sensors.landed_batches import build_landed_batches
from pipelines.sensors.mining_jobs import build_failed_mining_runs, build_mining_jobs
from pipelines.sensors.published_marts import build_published_marts


def build_definitions(overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """`overrides` replace resources by name: what tests bring instead of the environment's."""
    tables = read_mart_tables()
    mine_project, purge_expired = build_mine_project(tables), build_purge_expired(tables)
    return dg.Definitions(
        assets=[
            raw_events,
            contexts,
            event_pool_and_activities,
            context_categories,
            build_datamart_asset(tables),
            build_marts_asset(tables),
            dashboards,
        ],
        jobs=[process_days, mine_project, purge_expired, deploy_dashboards],
        sensors=[
            build_approvals(process_days, purge_expired),
            build_landed_batches(process_days),
            build_mining_jobs(mine_project),
            build_failed_mining_runs(mine_project),
            build_published_marts(deploy_dashboards),
        ],
        schedules=[build_daily_retention(purge_expired)],
        resources={**RESOURCES, **(overrides or {})},
        executor=dg.in_process_executor,
    )


defs = build_definitions()
