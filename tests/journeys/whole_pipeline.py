"""Runs the pipeline in this process, without Dagster: landed files to activities, activities to marts."""

from pipelines.mining.lake.files import Lake
from pipelines.mining.raw_events.landed_days import landing_names
from pipelines.publishing.swap import publish_project
from pipelines.publishing.tables import read_mart_tables
from pipelines.resources.audit_trails import AuditTrailReader
from pipelines.resources.dbt_build import DbtBuilder
from pipelines.resources.governance import GovernanceReader
from pipelines.steps.days import DaysProcessed, process_days
from pipelines.steps.project import mine_project
from standalone.settings import Settings, settings_from_environment
from tests.pipelines.builders import DBT_TARGET


def process_landed(settings: Settings) -> DaysProcessed:
    lake = Lake(settings.lake)
    facts = GovernanceReader(settings.database_url).collection_facts(landing_names(lake))
    done = process_days(lake, facts, DbtBuilder(target_folder=DBT_TARGET))
    assert not done.built.discrepancies
    return done


def mine_and_publish(settings: Settings, project_id: int) -> dict[str, int]:
    """Mines the project as the mining job that waits for it asks, and publishes it; rows per mart."""
    reader = GovernanceReader(settings.database_url)
    (job,) = (each for each in reader.open_mining_jobs() if each.project_id == project_id)
    lake = Lake(settings.lake)
    facts = reader.mining_facts(job, AuditTrailReader(folder=settings.audit_trails))
    mine_project(lake, facts, DbtBuilder(target_folder=DBT_TARGET))
    return publish_project(
        lake,
        read_mart_tables(),
        project_id=project_id,
        visibility=facts.visibility,
        database_url=settings.database_url,
    )


if __name__ == "__main__":
    process_landed(settings_from_environment())
