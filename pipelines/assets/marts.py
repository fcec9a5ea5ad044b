"""Publishes a project's aggregates to PostgreSQL at once, in place of its former rows."""

from collections import Counter

import dagster as dg
import pyarrow.parquet as pq

from pipelines.assets.bars import bars
from pipelines.assets.datamart import TASK_INSTANCES
from pipelines.assets.dbt_models import OWNERS
from pipelines.mining.lake.files import Lake
from pipelines.mining_run import MINING_RESOURCES, fail_mining_job, mining_run
from pipelines.partitions import PROJECTS
from pipelines.publishing.swap import publish_project
from pipelines.publishing.tables import MartTable


def build_marts_asset(tables: tuple[MartTable, ...]) -> dg.AssetsDefinition:
    @dg.asset(
        partitions_def=PROJECTS,
        group_name="marts",
        deps=["datamart", TASK_INSTANCES, *(dg.AssetKey([table.analysis, table.name]) for table in tables)],
        owners=OWNERS,
        kinds={"postgres"},
        required_resource_keys=MINING_RESOURCES,
        hooks={fail_mining_job},
        description="Tables of the schema marts, which Superset reads.",
    )
    def marts(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
        run = mining_run(context)
        lake, database_url = context.resources.lake, context.resources.settings.database_url
        run.say("publishing")
        with run.sole_writer(lake):
            facts = run.facts()  # of a project that is deleted from here on, the purge waits and takes all away
            counts = publish_project(
                lake, tables, project_id=run.project_id, visibility=facts.visibility, database_url=database_url
            )
            row_counts = {**_lake_counts(lake, run.project_id), **counts}
            rows_per_day = _user_days(lake, run.project_id)
        run.finish(row_counts, facts.missing_logins)
        rows = [dg.TableRecord({"table": name, "rows": count}) for name, count in sorted(row_counts.items())]
        return dg.MaterializeResult(
            metadata={
                "mining_job_id": run.mining_job_id,
                "dagster/row_count": sum(counts.values()),
                "tables": dg.MetadataValue.table(rows),
                "rows_per_day": dg.MetadataValue.md(rows_per_day),
            }
        )

    return marts


def _user_days(lake: Lake, project_id: int) -> str:
    days = (
        pq.ParquetFile(lake.project_file("aggregates/overall_activity/overall_activity_days", project_id))
        .read(["day"])["day"]
        .to_pylist()
    )
    return bars({str(day): count for day, count in sorted(Counter(days).items())})


def _lake_counts(lake: Lake, project_id: int) -> dict[str, int]:
    return {
        dataset: int(pq.read_metadata(lake.project_file(dataset, project_id)).num_rows)
        for dataset in ("task_instances", "datamart")
    }
