"""Has what is left of deleted projects purged, and takes their partitions away."""

import json

import dagster as dg

from pipelines.partitions import PROJECTS, PROJECTS_NAME
from pipelines.resources.governance import GovernanceReader
from pipelines.sensors.always_on import always_on

INTERVAL_S = 10


def build_deleted_projects(purge_expired: dg.JobDefinition) -> dg.SensorDefinition:
    @always_on(
        "Waits for projects to be deleted: has all that was mined of them, or kept for them, purged.",
        job=purge_expired,
        every_s=INTERVAL_S,
    )
    def deleted_projects(
        context: dg.SensorEvaluationContext, governance: dg.ResourceParam[GovernanceReader]
    ) -> dg.SensorResult | dg.SkipReason:
        """The cursor is the list of those that were seen; without it, a purge more finds nothing.

        Partitions of all of them go: another sensor may have read of a project before, and give it one after.
        """
        deleted = governance.deleted_projects()
        new = sorted(set(deleted) - set(json.loads(context.cursor or "[]")))
        ends = tuple(f"-{project_id}" for project_id in deleted)
        keys = sorted(key for key in context.instance.get_dynamic_partitions(PROJECTS_NAME) if key.endswith(ends))
        if not new and not keys:
            return dg.SkipReason("No project was deleted since.")
        return dg.SensorResult(
            run_requests=[dg.RunRequest(run_key=f"deleted-{new[-1]}-{len(deleted)}")] if new else [],
            dynamic_partitions_requests=[PROJECTS.build_delete_request(keys)] if keys else [],
            cursor=json.dumps(deleted),
        )

    return deleted_projects
