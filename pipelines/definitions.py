"""The one assembler of what Dagster loads: assets, jobs, sensors, the schedule, resources.

Importing this module does nothing; `defs` reads the compiled dbt models, of which each is a node of the asset graph.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from pipelines.assets.activities import build_daily_models_asset
from pipelines.assets.context_categories import context_categories
from pipelines.assets.dashboards import dashboards
from pipelines.assets.datamart import build_datamart_asset
from pipelines.assets.marts import build_marts_asset
from pipelines.assets.raw_events import contexts, raw_events
from pipelines.jobs import build_mine_project, build_process_days, build_purge_expired, deploy_dashboards
from pipelines.publishing.tables import read_mart_tables
from pipelines.resources.compiled_models import CompiledModel
from pipelines.resources.dbt_build import DbtBuilder
from pipelines.resources.wiring import RESOURCES
from pipelines.schedules import build_daily_retention
from pipelines.sensors.approvals import build_approvals
from pipelines.sensors.deleted_projects import build_deleted_projects
from pipelines.sensors.landed_batches import build_landed_batches
from pipelines.sensors.mining_jobs import build_ended_mining_runs, build_mining_jobs
from pipelines.sensors.project_partitions import build_project_partitions
from pipelines.sensors.published_marts import build_published_marts
from pipelines.settings import dbt_target_folder


def build_definitions(overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """`overrides` replace resources by name: what tests bring instead of the environment's."""
    resources = {**RESOURCES, **(overrides or {})}
    tables, models = read_mart_tables(), _models(resources)
    process_days, mine_project = build_process_days(models), build_mine_project(models)
    purge_expired = build_purge_expired(tables)
    return dg.Definitions(
        assets=[
            raw_events,
            contexts,
            build_daily_models_asset(models),
            context_categories,
            build_datamart_asset(models),
            build_marts_asset(tables),
            dashboards,
        ],
        jobs=[process_days, mine_project, purge_expired, deploy_dashboards],
        sensors=[
            build_approvals(process_days, mine_project, purge_expired),
            build_landed_batches(process_days),
            build_project_partitions(),
            build_deleted_projects(purge_expired),
            build_mining_jobs(mine_project),
            build_ended_mining_runs(),
            build_published_marts(deploy_dashboards),
        ],
        schedules=[build_daily_retention(purge_expired)],
        resources=resources,
        executor=dg.in_process_executor,
    )


def _models(resources: Mapping[str, Any]) -> tuple[CompiledModel, ...]:
    dbt = resources["dbt"]
    builder = dbt if isinstance(dbt, DbtBuilder) else DbtBuilder(target_folder=dbt_target_folder())
    return builder.models()


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster loads. Models are compiled here, by dbt in a process of its own, when they have changed."""
    return build_definitions()
