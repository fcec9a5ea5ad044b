"""Provides what one build of a project reads: the small tables of schema `build` and the day files of schema `lake`.

Add a table here when a dbt model of datamart or aggregates needs one as a source.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.mining.days.inputs import DAY_FILE_OPTIONS
from pipelines.mining.facts.calendar import days_between, local_hours, permitted_spans
from pipelines.mining.facts.project import MiningFacts
from pipelines.mining.lake.contexts import read_contexts
from pipelines.mining.lake.engine import EngineLimits, open_engine, parquet_sql
from pipelines.mining.lake.files import Lake
from pipelines.mining.projects.categories import categories_sql, state_rules
from pipelines.mining.projects.open_tasks import open_tasks, task_spans
from pipelines.mining.projects.permissions import project_permissions
from pipelines.mining.projects.record_mentions import find_mentions
from pipelines.mining.projects.task_instances import Marker, TaskInstance, task_instances_table

PROJECT = pa.schema(
    [
        ("project_id", pa.int32()),
        ("project_name", pa.string()),
        ("rule_set_version", pa.int64()),
        ("mined_at_us", pa.int64()),
        ("missing_person_count", pa.int64()),
        ("max_categories", pa.int64()),
        ("has_task_scopes", pa.bool_()),
    ]
)
PROJECT_PEOPLE = pa.schema([("workstation_user_id", pa.int32()), ("alias", pa.string()), ("time_zone", pa.string())])
EXCLUDED_CATEGORIES = pa.schema([("category", pa.string())])

#: Empty relations with the columns the models name, for a project of days on which nothing was collected.
_EMPTY = {
    "activities": """
        select
            cast(null as integer) as workstation_user_id, cast(null as bigint) as started_us,
            cast(null as bigint) as ended_us, cast(null as bigint) as duration_us, '' as state,
            cast(null as bigint) as context_key, cast(null as bigint) as event_count, cast(null as bigint) as key_count,
            cast(null as bigint) as click_count, cast(null as bigint) as copy_count,
            cast(null as bigint) as paste_count, cast(null as date) as day
        where false
    """,
    "event_pool": """
        select
            cast(null as integer) as workstation_user_id, cast(null as bigint) as occurred_us,
            cast(null as bigint) as session_key, cast(null as date) as day
        where false
    """,
    "copy_pastes": """
        select
            cast(null as integer) as workstation_user_id, cast(null as bigint) as pasted_us,
            cast(null as bigint) as copied_us, cast(null as bigint) as copied_context_key,
            cast(null as bigint) as pasted_context_key, cast(null as date) as day
        where false
    """,
}


def read_markers(lake: Lake, facts: MiningFacts, *, limits: EngineLimits | None = None) -> list[Marker]:
    """Task markers on the project's days, each with the end of its session."""
    marked = [path for _, path in _day_files(lake, "task_markers", facts)]
    if not marked:
        return []
    pool = [path for _, path in _day_files(lake, "event_pool", facts)]
    with open_engine(limits) as engine:
        rows = engine.execute(f"""
            with markers as (
                select workstation_user_id, session_key, occurred_us, kind, task_name, case_id
                from {parquet_sql(marked)}
            ),
            sessions as (
                select session_key, max(occurred_us) as session_ends_us
                from {parquet_sql(pool)}
                where session_key in (select session_key from markers)
                group by session_key
            )
            select markers.*, sessions.session_ends_us from markers inner join sessions using (session_key)
            order by occurred_us, session_key
        """).fetchall()
    names = ("workstation_user_id", "session_key", "occurred_us", "kind", "task_name", "case_id", "session_ends_us")
    return [Marker(**dict(zip(names, row, strict=True))) for row in rows]


def project_inputs(lake: Lake, facts: MiningFacts, instances: Sequence[TaskInstance]) -> dict[str, pa.Table]:
    """The tables of schema `build` for one project."""
    permissions = project_permissions(lake, facts)
    observed = {person: permission.observed for person, permission in permissions.items()}
    days = [day for day, _ in _day_files(lake, "activities", facts)]
    contexts = read_contexts(lake)
    return {
        "project": pa.Table.from_pylist([_project_row(facts)], schema=PROJECT),
        "project_people": pa.Table.from_pylist(
            [
                {"workstation_user_id": each.workstation_user_id, "alias": each.alias, "time_zone": each.time_zone}
                for each in facts.people
            ],
            schema=PROJECT_PEOPLE,
        ),
        "state_rules": state_rules(),
        "task_instances": task_instances_table(facts.project_id, instances),
        "project_spans": permitted_spans(permissions),
        "task_spans": task_spans(observed, instances),
        "open_tasks": open_tasks(instances),
        "record_mentions": find_mentions(contexts, {each.case_id for each in instances}),
        "local_hours": local_hours((person.time_zone for person in facts.people), days),
        "excluded_categories": pa.table({"category": list(facts.excluded_categories)}, schema=EXCLUDED_CATEGORIES),
        "contexts": contexts.filter(pc.greater(contexts["context_key"], 0)),
    }


def project_datasets(lake: Lake, facts: MiningFacts) -> dict[str, str]:
    """The datasets of schema `lake` for one project: the files of its days."""
    datasets = {}
    for name, empty in _EMPTY.items():
        files = [path for _, path in _day_files(lake, name, facts)]
        datasets[f"lake.{name}"] = f"select * from {parquet_sql(files, options=DAY_FILE_OPTIONS)}" if files else empty
    datasets["lake.context_categories"] = categories_sql(lake, facts.rule_set.version)
    return datasets


def _project_row(facts: MiningFacts) -> dict[str, object]:
    return {
        "project_id": facts.project_id,
        "project_name": facts.project_name,
        "rule_set_version": facts.rule_set.version,
        "mined_at_us": facts.mined_at_us,
        "missing_person_count": len(facts.missing_logins),
        "max_categories": facts.max_categories,
        "has_task_scopes": bool(facts.task_scopes),
    }


def _day_files(lake: Lake, dataset: str, facts: MiningFacts) -> Iterator[tuple[date, Path]]:
    wanted = set(days_between(facts.starts_on, facts.ends_on))
    for day, path in lake.days(dataset).items():
        if day in wanted:
            yield day, path
