"""Carries out one purge: plan, delete in the lake and in marts, and a report with counts per table.

What may stay is decided by `pipelines.mining.retention.plan`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from pipelines.mining.lake.engine import EngineLimits
from pipelines.mining.lake.files import Lake, sole_writer
from pipelines.mining.raw_events.compaction import compact
from pipelines.mining.raw_events.landed_days import landing_names
from pipelines.mining.retention.plan import RetentionFacts, projects_to_purge
from pipelines.mining.retention.purge import mined_projects, purge_contexts, purge_days, purge_projects
from pipelines.mining.retention.set_aside import purge_set_aside
from pipelines.publishing.swap import count_published, published_projects, withdraw_projects
from pipelines.publishing.tables import MartTable
from pipelines.steps.purge_reports import keep_report


def purge(
    lake: Lake,
    read_facts: Callable[[Sequence[str]], RetentionFacts],
    tables: Sequence[MartTable],
    *,
    database_url: str,
    is_dry_run: bool,
    limits: EngineLimits | None = None,
) -> dict[str, Any]:
    """The report: rows deleted (or that would be) by table, and the projects concerned. A second run deletes nothing.
    Of what was deleted the report is also kept in the lake, until `tell_reports` has told it.

    What has landed is absorbed first, so that nothing outlives its purpose in the landing folder. `read_facts` is
    called, with the names of landing files, once nobody else writes: what allows events that another run has just
    absorbed may be as young as they.
    """
    with sole_writer(lake):
        facts = read_facts(landing_names(lake))
        if not is_dry_run:
            compact(lake, facts.collection)
        days = purge_days(lake, facts, is_dry_run=is_dry_run, limits=limits)
        known = mined_projects(lake) | published_projects(tables, database_url=database_url)
        project_ids = projects_to_purge(facts, known)
        projects = purge_projects(lake, project_ids, is_dry_run=is_dry_run)
        quarantine = purge_set_aside(lake, facts.collection, goes_unread=any(days.values()), is_dry_run=is_dry_run)
        contexts = purge_contexts(lake, is_dry_run=is_dry_run) if is_dry_run or any(days.values()) else {}
        withdraw = count_published if is_dry_run else withdraw_projects
        published = withdraw(tables, project_ids=project_ids, database_url=database_url)
        counts = {
            **days,
            **projects,
            **contexts,
            **quarantine,
            **{f"marts.{name}": count for name, count in published.items()},
        }
        report = {
            "is_dry_run": is_dry_run,
            "planned_for": facts.now.isoformat(),
            "projects": project_ids,
            "deleted_rows": {table: count for table, count in counts.items() if count},
            "total_rows": sum(counts.values()),
        }
        if not is_dry_run:
            keep_report(lake, report)
    return report
