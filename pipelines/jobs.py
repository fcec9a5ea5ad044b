"""The jobs: verbs over assets, and the purge, which is no asset because it leaves nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

from pipelines.asset_jobs import AssetJob
from pipelines.assets.dbt_models import model_key, select_models
from pipelines.publishing.tables import MartTable
from pipelines.resources.compiled_models import CompiledModel
from pipelines.run_records import delete_old_runs
from pipelines.steps.days import DAILY_MODELS
from pipelines.steps.project import PROJECT_MODELS
from pipelines.steps.purge import purge as carry_out
from pipelines.steps.purge_reports import tell_reports

deploy_dashboards = dg.define_asset_job(
    "deploy_dashboards",
    selection=dg.AssetSelection.assets("dashboards"),
    description="Brings the committed dashboards to Superset. Waits for marts to be published.",
)


def build_process_days(models: Sequence[CompiledModel]) -> AssetJob:
    daily = [model_key(model) for model in select_models(models, DAILY_MODELS)]
    return dg.define_asset_job(
        "process_days",
        selection=dg.AssetSelection.assets("raw_events", "contexts", *daily),
        description="Absorbs what landed and builds the days that follow from it. Waits for landed batches to come to "
        "rest, or for an approval.",
    )


def build_mine_project(models: Sequence[CompiledModel]) -> AssetJob:
    chosen = [model_key(model) for model in select_models(models, PROJECT_MODELS)]
    return dg.define_asset_job(
        "mine_project",
        selection=dg.AssetSelection.assets("context_categories", "task_instances", "marts", *chosen),
        description="Carries out one mining job: one project with one rule-set version. "
        "Waits for a mining job requested through the API.",
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
            lambda names: resources.governance.retention_facts(datetime.now(UTC), names),
            tables,
            database_url=resources.settings.database_url,
            is_dry_run=is_dry_run,
            limits=resources.dbt.limits,
        )
        context.add_output_metadata({"report": dg.MetadataValue.json(report)})
        if not is_dry_run:
            tell_reports(resources.lake, resources.governance_api.report_purge)

    @dg.op(description="Deletes Dagster's own records of runs that ended long ago.")
    def forget_old_runs(context: dg.OpExecutionContext) -> None:
        count = delete_old_runs(context.instance, now=datetime.now(UTC))
        context.add_output_metadata({"deleted_runs": count})

    @dg.job(
        description="Deletes what outlived its purpose, and proves it by a report with counts per table. "
        "Runs nightly and when an approval is withdrawn."
    )
    def purge_expired() -> None:
        purge()
        forget_old_runs()

    return purge_expired
