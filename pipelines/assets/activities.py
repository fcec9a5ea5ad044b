"""The assets event_pool and activities: one dbt build per range of days, reconciled before anybody uses them.

Which days follow from what landed belongs to `pipelines.mining.days.rebuild`.
"""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from pipelines.assets.raw_events import contexts, raw_events
from pipelines.checks.expectations import check_activities
from pipelines.checks.results import dbt_check, reconciliation_check
from pipelines.mining.lake.files import sole_writer
from pipelines.partitions import DAYS
from pipelines.steps.days import build_days

EVENT_POOL, ACTIVITIES = dg.AssetKey("event_pool"), dg.AssetKey("activities")


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            EVENT_POOL,
            deps=[raw_events, contexts],
            group_name="event_pool",
            description="Events inside consenting windows, after the event filters.",
        ),
        dg.AssetSpec(
            ACTIVITIES,
            deps=[EVENT_POOL],
            group_name="activities",
            description="Unbroken stretches of attention, cut at local midnight.",
        ),
    ],
    check_specs=[
        dg.AssetCheckSpec(
            "reconciles", asset=ACTIVITIES, blocking=True, description="They add up to the observed span."
        ),
        dg.AssetCheckSpec("activities_are_sound", asset=ACTIVITIES, blocking=True, description="Great Expectations."),
        dg.AssetCheckSpec("dbt_tests", asset=ACTIVITIES, blocking=True, description="The tests of the dbt models."),
    ],
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    required_resource_keys={"lake", "governance", "dbt"},
)
def event_pool_and_activities(
    context: dg.AssetExecutionContext,
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:  # type: ignore[type-arg]
    """Builds the days that raw events touched, and the days asked for where they were never built."""
    lake = context.resources.lake
    facts = context.resources.governance.collection_facts()
    asked = {date.fromisoformat(key) for key in context.partition_keys}
    with sole_writer(lake):
        missing = asked & set(lake.days("raw_events")) - set(lake.days("activities_carry"))
        built = build_days(lake, facts, context.resources.dbt, days=sorted(missing))
    for day in sorted(set(built.days) - asked):
        for key in (EVENT_POOL, ACTIVITIES):
            context.log_event(dg.AssetMaterialization(asset_key=key, partition=str(day)))
    days = [str(day) for day in built.days]
    for key in (EVENT_POOL, ACTIVITIES):
        rows = built.row_counts.get(key.to_user_string(), 0)
        yield dg.MaterializeResult(asset_key=key, metadata={"days": days, "rows": rows})
    yield reconciliation_check(built.discrepancies, asset_key=ACTIVITIES)
    yield check_activities(lake, built.days)
    yield dbt_check(built.tests, asset_key=ACTIVITIES)
