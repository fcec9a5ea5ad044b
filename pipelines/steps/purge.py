"""Carries out one purge: plan, delete in the lake and in marts, and a report with counts per table.

What may stay is decided by `pipelines.mining.retention.plan`.
"""

from collections.abc import Sequence
from typing import Any

from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.lake.engine import EngineLimits
from pipelines.mining.lake.files import Lake, sole_writer
from pipelines.mining.raw_events.compaction import compact
from pipelines.mining.retention.plan import RetentionFacts, projects_to_purge
from pipelines.mining.retention.purge import mined_projects, purge_contexts, purge_days, purge_projects
from pipelines.publishing.swap import count_published, published_projects, withdraw_projects
from pipelines.publishing.tables import MartTable


def purge(
    lake: Lake,
    facts: RetentionFacts,
    tables: Sequence[MartTable],
    *,
    database_url: str,
    is_dry_run: bool,
    limits: EngineLimits | None = None,
) -> dict[str, Any]:
    """The report: rows deleted (or that would be) by table, and the projects concerned. A second run deletes nothing.

    What has landed is absorbed first, so that nothing outlives its purpose in the landing folder.
    """
    collection: CollectionFacts = facts.collection
    with sole_writer(lake):
        if not is_dry_run:
            compact(lake, collection)
        days = purge_days(lake, facts, is_dry_run=is_dry_run, limits=limits)
        known = mined_projects(lake) | published_projects(tables, database_url=database_url)
        project_ids = projects_to_purge(facts, known)
        projects = purge_projects(lake, project_ids, is_dry_run=is_dry_run)
        contexts = purge_contexts(lake, is_dry_run=is_dry_run) if is_dry_run or any(days.values()) else {}
    withdraw = count_published if is_dry_run else withdraw_projects
    published = withdraw(tables, project_ids=project_ids, database_url=database_url)
    counts = {**days, **projects, **contexts, **{f"marts.{name}": count for name, count in published.items()}}
    return {
        "is_dry_run": is_dry_run,
        "planned_for": facts.now.isoformat(),
        "projects": project_ids,
        "deleted_rows": {table: count for table, count in counts.items() if count},
        "total_rows": sum(counts.values()),
    }
