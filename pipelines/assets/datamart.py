"""The assets task_instances, datamart and every aggregate of a project: one dbt build for all of them.

What they mean belongs to the dbt models and to `pipelines.mining.projects.task_instances`.
"""

from collections.abc import Iterator

import dagster as dg

from pipelines.assets.context_categories import context_categories
from pipelines.checks.results import dbt_check
from pipelines.mining.lake.files import sole_writer
from pipelines.mining_run import MINING_RESOURCES, mining_run
from pipelines.partitions import PROJECTS
from pipelines.publishing.tables import MartTable
from pipelines.steps.project import build_project, find_project_instances

TASK_INSTANCES, DATAMART = dg.AssetKey("task_instances"), dg.AssetKey("datamart")


def aggregate_key(table: MartTable) -> dg.AssetKey:
    return dg.AssetKey([table.analysis, table.name])


def build_datamart_asset(tables: tuple[MartTable, ...]) -> dg.AssetsDefinition:
    """One multi-asset: the aggregates are those that the YAML of dbt names."""
    aggregates = [
        dg.AssetSpec(aggregate_key(table), deps=[DATAMART], group_name=table.analysis, description=table.description)
        for table in tables
    ]

    @dg.multi_asset(
        specs=[
            dg.AssetSpec(
                TASK_INSTANCES,
                deps=[context_categories],
                group_name="task_instances",
                description="Executions of the project's task scopes, by person.",
            ),
            dg.AssetSpec(
                DATAMART,
                deps=[TASK_INSTANCES, context_categories],
                group_name="datamart",
                description="Activities of the project with the rules applied.",
            ),
            *aggregates,
        ],
        check_specs=[dg.AssetCheckSpec("dbt_tests", asset=DATAMART, blocking=True)],
        partitions_def=PROJECTS,
        required_resource_keys=MINING_RESOURCES,
    )
    def datamart_and_aggregates(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:  # type: ignore[type-arg]
        run = mining_run(context)
        facts, lake, dbt = run.facts(), context.resources.lake, context.resources.dbt
        with sole_writer(lake):
            run.say("finding task instances")
            found = find_project_instances(lake, facts, dbt)
            run.say("building the datamart and its aggregates")
            mined = build_project(lake, facts, dbt, found)
        yield dg.MaterializeResult(
            asset_key=TASK_INSTANCES, metadata={"rows": len(found.instances), "left_out": dict(mined.left_out)}
        )
        yield dg.MaterializeResult(
            asset_key=DATAMART,
            metadata={"rows": mined.row_counts["datamart"], "missing": list(facts.missing_logins)},
        )
        for table in tables:
            rows = mined.row_counts[table.name]
            yield dg.MaterializeResult(asset_key=aggregate_key(table), metadata={"rows": rows})
        yield dbt_check(mined.tests, asset_key=DATAMART)

    return datamart_and_aggregates
