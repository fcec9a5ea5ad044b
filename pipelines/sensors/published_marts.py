"""Deploys the dashboards whenever a project was published, the first time or again.

Nothing is deployed where no Superset is named.
"""

import dagster as dg

from pipelines.asset_jobs import AssetJob
from pipelines.assets.dashboards import MARTS
from pipelines.settings import Settings

INTERVAL_S = 5


def build_published_marts(deploy_dashboards: AssetJob) -> dg.SensorDefinition:
    @dg.asset_sensor(
        asset_key=MARTS,
        job=deploy_dashboards,
        description="Waits for marts to be published, and brings the dashboards to Superset where one is named.",
        minimum_interval_seconds=INTERVAL_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def published_marts(
        context: dg.SensorEvaluationContext, event: dg.EventLogEntry, settings: dg.ResourceParam[Settings]
    ) -> dg.RunRequest | dg.SkipReason:
        if settings.superset_url is None:
            return dg.SkipReason("No Superset is named.")
        return dg.RunRequest(run_key=f"marts-{event.run_id}")

    return published_marts
