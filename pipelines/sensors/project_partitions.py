"""Gives every project that is no draft a partition, so that it can be materialized before any mining job."""

import dagster as dg

from pipelines.partitions import PROJECTS, PROJECTS_NAME, project_keys
from pipelines.resources.governance import GovernanceReader

INTERVAL_S = 30


def build_project_partitions() -> dg.SensorDefinition:
    @dg.sensor(
        description="Waits for projects to be opened, and gives each a partition with a readable key.",
        minimum_interval_seconds=INTERVAL_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def project_partitions(
        context: dg.SensorEvaluationContext, governance: dg.ResourceParam[GovernanceReader]
    ) -> dg.SensorResult | dg.SkipReason:
        """Keys that are bare ids, as they were once, give way to readable ones."""
        known = set(context.instance.get_dynamic_partitions(PROJECTS_NAME))
        keys = project_keys(governance.project_names(), known)
        new = sorted(set(keys.values()) - known)
        bare = sorted(key for key in known if key.isdecimal() and int(key) in keys)
        if not new and not bare:
            return dg.SkipReason("Every project has its partition.")
        requests: list[dg.AddDynamicPartitionsRequest | dg.DeleteDynamicPartitionsRequest] = []
        if new:
            requests.append(PROJECTS.build_add_request(new))
        if bare:
            requests.append(PROJECTS.build_delete_request(bare))
        return dg.SensorResult(dynamic_partitions_requests=requests)

    return project_partitions
