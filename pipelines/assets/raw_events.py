"""Absorbs landed files into one file per local day, and keeps contexts together."""

import dagster as dg

from pipelines.assets.dbt_models import OWNERS
from pipelines.checks.expectations import check_raw_events
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.lake.contexts import merge_contexts, read_contexts
from pipelines.mining.lake.files import sole_writer
from pipelines.mining.raw_events.compaction import compact
from pipelines.mining.raw_events.landed_days import landing_names
from pipelines.partitions import DAYS
from pipelines.steps.losses import tell_losses


@dg.asset(
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    group_name="raw_events",
    required_resource_keys={"lake", "governance", "governance_api", "dbt"},
    owners=OWNERS,
    kinds={"python", "duckdb"},
    description="Accepted events by local day: each once, in order of person and time.",
    check_specs=[dg.AssetCheckSpec("raw_events_are_sound", asset="raw_events", blocking=True)],
)
def raw_events(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Absorbs everything that is committed, whatever its day: a landing file goes only when all of it is absorbed."""
    lake = context.resources.lake
    with sole_writer(lake):
        facts: CollectionFacts = context.resources.governance.collection_facts(landing_names(lake))
        done = compact(lake, facts)
        check = check_raw_events(lake, done.days)
    tell_losses(lake, context.resources.governance_api, warn=context.log.warning)
    for day in done.days:
        if str(day) not in context.partition_keys:
            context.log_event(dg.AssetMaterialization(asset_key="raw_events", partition=str(day)))
    return dg.MaterializeResult(
        metadata={
            "days": [str(day) for day in done.days],
            "landed_rows": done.landed_rows,
            "dagster/row_count": done.stored_rows,
            "resent_rows": done.landed_rows - done.stored_rows,
            "landed_files": done.landed_files,
            "orphan_files": done.orphan_files,
            "set_aside": done.set_aside_count,
        },
        check_results=[check],
    )


@dg.asset(
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    group_name="contexts",
    deps=[raw_events],
    required_resource_keys={"lake"},
    owners=OWNERS,
    kinds={"python", "duckdb"},
    description="Application, window title and URL by key, each once.",
)
def contexts(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
    lake = context.resources.lake
    with sole_writer(lake):
        merge_contexts(lake)
        return dg.MaterializeResult(metadata={"dagster/row_count": read_contexts(lake).num_rows})
