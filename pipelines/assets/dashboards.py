"""Brings what is in superset/ to a running Superset, for every published project."""

import dagster as dg

from pipelines.assets.dbt_models import OWNERS
from pipelines.settings import Settings

MARTS = dg.AssetKey("marts")
#: Superset may be starting, or busy: after 15, 45 and 105 seconds it is asked again.
RETRIES = dg.RetryPolicy(max_retries=3, delay=15, backoff=dg.Backoff.EXPONENTIAL)


@dg.asset(
    group_name="dashboards",
    deps=[dg.AssetDep(MARTS, partition_mapping=dg.AllPartitionMapping())],
    required_resource_keys={"settings"},
    owners=OWNERS,
    kinds={"superset"},
    retry_policy=RETRIES,
    description="Datasets, charts, dashboards, roles and row-level security in Superset.",
)
def dashboards(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
    settings: Settings = context.resources.settings
    if not (settings.superset_url and settings.superset_password and settings.dashboards_database_url):
        raise dg.Failure(
            "No Superset is named: set TASK_MINING_SUPERSET_URL, TASK_MINING_SUPERSET_PASSWORD and "
            "TASK_MINING_DASHBOARDS_DATABASE_URL.",
            allow_retries=False,
        )
    from pipelines.dashboards.deploy import deploy_dashboards  # noqa: PLC0415 brings Superset's client along

    deployed = deploy_dashboards(
        superset_url=settings.superset_url,
        password=settings.superset_password,
        database_url=settings.dashboards_database_url,
    )
    return dg.MaterializeResult(
        metadata={
            "datasets": deployed.datasets,
            "charts": deployed.charts,
            "dashboards": deployed.dashboards,
            "projects": deployed.projects,
            "pruned": deployed.pruned,
        }
    )
