"""Starts a mining job: days are brought up to date, contexts categorized by the job's rule set."""

import dagster as dg

from pipelines.assets.activities import ACTIVITIES
from pipelines.assets.dbt_models import OWNERS
from pipelines.checks.expectations import require_sound
from pipelines.mining.projects.categories import categorize_contexts
from pipelines.mining.raw_events.landed_days import landing_names
from pipelines.mining_run import MINING_RESOURCES, fail_mining_job, mining_run
from pipelines.partitions import DAYS, PROJECTS
from pipelines.steps.days import process_days
from pipelines.steps.losses import tell_losses


@dg.asset(
    partitions_def=PROJECTS,
    group_name="context_categories",
    deps=[dg.AssetDep(ACTIVITIES, partition_mapping=dg.AllPartitionMapping())],
    required_resource_keys=MINING_RESOURCES,
    hooks={fail_mining_job},
    owners=OWNERS,
    kinds={"python", "duckdb"},
    description="What the rule set of the mining job makes of every context.",
)
def context_categories(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
    run = mining_run(context)
    run.start()
    lake, dbt = context.resources.lake, context.resources.dbt
    with run.sole_writer(lake):
        run.say("bringing the days up to date")
        done = process_days(lake, run.governance.collection_facts(landing_names(lake)), dbt)
        require_sound(lake, done.built.days)
        run.say("categorizing contexts")
        count = categorize_contexts(lake, run.facts().rule_set, limits=dbt.limits)
    tell_losses(lake, context.resources.governance_api, warn=context.log.warning)
    for day in done.built.days:
        if DAYS.has_partition_key(str(day)):
            context.log_event(dg.AssetMaterialization(asset_key=ACTIVITIES, partition=str(day)))
    return dg.MaterializeResult(
        metadata={
            "rule_set_version": run.job.rule_set_version,
            "newly_categorized": count,
            "days_brought_up_to_date": [str(day) for day in done.built.days],
        }
    )
