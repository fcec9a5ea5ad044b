"""Gives every project that is no draft a partition, so that it can be materialized before any mining job."""

import dagster as dg

from pipelines.partitions import PROJECTS, PROJECTS_NAME
from pipelines.resources.governance import GovernanceReader
from pipelines.sensors.always_on import always_on, partitions_of

INTERVAL_S = 30


def build_project_partitions() -> dg.SensorDefinition:
    @always_on("Waits for projects to be opened, and gives each a partition with a readable key.", every_s=INTERVAL_S)
    def project_partitions(
        context: dg.SensorEvaluationContext, governance: dg.ResourceParam[GovernanceReader]
    ) -> dg.SensorResult | dg.SkipReason:
        """Keys that are bare ids, as they were once, give way to readable ones."""
        known = context.instance.get_dynamic_partitions(PROJECTS_NAME)
        keys, new = partitions_of(governance.project_names(), context)
        bare = sorted(key for key in known if key.isdecimal() and int(key) in keys)
        if not new and not bare:
            return dg.SkipReason("Every project has its partition.")
        gone = [PROJECTS.build_delete_request(bare)] if bare else []
        return dg.SensorResult(dynamic_partitions_requests=[*new, *gone])

    return project_partitions
