"""The jobs: verbs over assets, and the purge, which is no asset because it leaves nothing.

What starts them belongs to `sensors` and `schedules`.
"""

from datetime import UTC, datetime

import dagster as dg

from pipelines.asset_jobs import AssetJob
from pipelines.mining_run import fail_mining_job
from pipelines.publishing.tables import MartTable
from pipelines.steps.purge import purge as carry_out

process_days = dg.define_asset_job(
    "process_days",
    selection=dg.AssetSelection.assets("raw_events", "contexts", "event_pool", "activities"),
    description="Absorbs what landed and builds the days that follow from it.",
)
deploy_dashboards = dg.define_asset_job(
    "deploy_dashboards",
    selection=dg.AssetSelection.assets("dashboards"),
    description="Brings the committed dashboards to Superset.",
)


def build_mine_project(tables: tuple[MartTable, ...]) -> AssetJob:
    keys = ["context_categories", "task_instances", "datamart", "marts"]
    aggregates = [dg.AssetKey([table.analysis, table.name]) for table in tables]
    return dg.define_asset_job(
        "mine_project",
        selection=dg.AssetSelection.assets(*keys, *aggregates),
        hooks={fail_mining_job},
        description="Carries out one mining job: one project with one rule-set version.",
    )


def build_purge_expired(tables: tuple[MartTable, ...]) -> dg.JobDefinition:
    @dg.op(
        config_schema={"is_dry_run": dg.Field(bool, default_value=False, description="Only say what would go.")},
        required_resource_keys={"lake", "governance", "governance_api", "settings", "dbt"},
    )
    def purge(context: dg.OpExecutionContext) -> None:
        resources = context.resources
        is_dry_run = bool(context.op_config["is_dry_run"])
        report = carry_out(
            resources.lake,
            resources.governance.retention_facts(datetime.now(UTC)),
            tables,
            database_url=resources.settings.database_url,
            is_dry_run=is_dry_run,
            limits=resources.dbt.limits,
        )
        context.add_output_metadata({"report": dg.MetadataValue.json(report)})
        if not is_dry_run:
            resources.governance_api.report_purge(report)

    @dg.job(description="Deletes what outlived its purpose, and proves it by a report with counts per table.")
    def purge_expired() -> None:
        purge()

    return purge_expired
