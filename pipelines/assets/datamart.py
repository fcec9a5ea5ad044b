"""Builds task instances, the datamart and every aggregate of a project: one dbt build for all of them."""

from collections.abc import Iterator, Sequence

import dagster as dg

from pipelines.assets.context_categories import context_categories
from pipelines.assets.dbt_models import OWNERS, materialized, model_keys, model_specs, select_models, test_specs
from pipelines.checks.results import dbt_test_results
from pipelines.mining_run import MINING_RESOURCES, fail_mining_job, mining_run
from pipelines.partitions import PROJECTS
from pipelines.resources.compiled_models import CompiledModel
from pipelines.steps.project import PROJECT_MODELS, build_project, find_project_instances

TASK_INSTANCES = dg.AssetKey("task_instances")


def build_datamart_asset(models: Sequence[CompiledModel]) -> dg.AssetsDefinition:
    """One multi-asset: a node for each model that dbt selects by `tag:project`."""
    chosen = select_models(models, PROJECT_MODELS)
    stored = [model for model in chosen if model.partition_by]

    @dg.multi_asset(
        specs=[
            dg.AssetSpec(
                TASK_INSTANCES,
                deps=[context_categories, dg.AssetDep("task_markers", partition_mapping=dg.AllPartitionMapping())],
                group_name="task_instances",
                owners=OWNERS,
                kinds={"python"},
                description="Executions of the project's task scopes, by person.",
            ),
            *model_specs(chosen, models, partitions=PROJECTS),
        ],
        check_specs=test_specs(chosen),
        partitions_def=PROJECTS,
        required_resource_keys=MINING_RESOURCES,
        hooks={fail_mining_job},
    )
    def datamart_and_aggregates(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:  # type: ignore[type-arg]
        run = mining_run(context)
        lake, dbt = context.resources.lake, context.resources.dbt
        with run.sole_writer(lake):
            facts = run.facts()
            run.say("finding task instances")
            found = find_project_instances(lake, facts, dbt)
            run.say("building the datamart and its aggregates")
            mined = build_project(lake, facts, dbt, found)
        yield dg.MaterializeResult(
            asset_key=TASK_INSTANCES,
            metadata={"dagster/row_count": len(found.instances), "left_out": dict(mined.left_out)},
        )
        yield from materialized(
            chosen,
            row_counts=mined.row_counts,
            seconds=mined.seconds,
            files={model.name: [lake.project_file(model.folder, facts.project_id)] for model in stored},
            more={"datamart": {"missing_people": len(facts.missing_logins)}},
        )
        yield from dbt_test_results(mined.tests, model_keys(chosen), chosen)

    return datamart_and_aggregates
