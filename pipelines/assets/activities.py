"""Builds the daily dbt models, from judged events to activities, for a range of days, and reconciles them.

Which days follow from what landed is decided by `pipelines.mining.days.rebuild`.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import dagster as dg
import pyarrow.parquet as pq

from pipelines.assets.bars import bars
from pipelines.assets.dbt_models import materialized, model_key, model_keys, model_specs, select_models, test_specs
from pipelines.checks.expectations import check_activities
from pipelines.checks.results import dbt_test_results, reconciliation_check
from pipelines.mining.lake.files import Lake, sole_writer
from pipelines.partitions import DAYS
from pipelines.resources.compiled_models import CompiledModel
from pipelines.steps.days import DAILY_MODELS, build_days
from pipelines.steps.losses import tell_losses

ACTIVITIES = dg.AssetKey("activities")


def build_daily_models_asset(models: Sequence[CompiledModel]) -> dg.AssetsDefinition:
    """One multi-asset: a node for each model that dbt selects by `tag:daily`."""
    daily = select_models(models, DAILY_MODELS)
    stored = [model for model in daily if model.partition_by]

    @dg.multi_asset(
        specs=model_specs(daily, models, partitions=DAYS),
        check_specs=[
            dg.AssetCheckSpec(
                "reconciles", asset=ACTIVITIES, blocking=True, description="Activities add up to the observed span."
            ),
            dg.AssetCheckSpec(
                "activities_are_sound", asset=ACTIVITIES, blocking=True, description="Great Expectations."
            ),
            *test_specs(daily),
        ],
        partitions_def=DAYS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        required_resource_keys={"lake", "governance", "governance_api", "dbt"},
    )
    def event_pool_and_activities(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:  # type: ignore[type-arg]
        """Builds the days that raw events touched, and the days asked for where they were never built."""
        lake = context.resources.lake
        facts = context.resources.governance.collection_facts(())
        asked = {date.fromisoformat(key) for key in context.partition_keys}
        with sole_writer(lake):
            missing = asked & set(lake.days("raw_events")) - set(lake.days("activities_carry"))
            built = build_days(lake, facts, context.resources.dbt, days=sorted(missing))
            check = check_activities(lake, built.days)
        tell_losses(lake, context.resources.governance_api, warn=context.log.warning)
        for day in sorted(set(built.days) - asked):
            for model in daily:
                context.log_event(dg.AssetMaterialization(asset_key=model_key(model), partition=str(day)))
        days = [str(day) for day in built.days]
        more: dict[str, dict[str, Any]] = {model.name: {"days": days} for model in daily}
        for dataset, count in built.sorted_again.items():
            more[dataset]["day_files_sorted_again"] = count
            context.log.warning(f"{count} day files of {dataset} came out of order and were sorted.")
        more["activities"]["rows_per_day"] = dg.MetadataValue.md(rows_per_day(lake, "activities"))
        yield from materialized(
            daily,
            row_counts=built.row_counts,
            seconds=built.seconds,
            files={model.name: [lake.day_file(model.name, day) for day in built.days] for model in stored},
            more=more,
        )
        yield reconciliation_check(built.discrepancies, asset_key=ACTIVITIES)
        yield check
        yield from dbt_test_results(built.tests, model_keys(daily), daily)

    return event_pool_and_activities


def rows_per_day(lake: Lake, dataset: str, *, last: int = 60) -> str:
    """A bar chart as text: the rows of the last days. Counts only; it is read by everybody who may open Dagster."""
    files = list(lake.days(dataset).items())[-last:]
    counts = {str(day): int(pq.read_metadata(path).num_rows) for day, path in files}
    return bars(counts)
