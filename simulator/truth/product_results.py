"""Reads what the product found about the simulated workforce from the lake, the governance tables and the marts."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import psycopg

from domain.conditions.sql import text_sql

FoundActivity = tuple[int, int, int, str, int | None]
"""Workstation user, start and end in microseconds, state, context key."""
FoundInstance = tuple[str, int, str, int, int]
"""Task, workstation user, case, start and end in microseconds."""


class ProductResults(msgspec.Struct):
    """Everything about some people of one project that can be held against the truth."""

    workstation_user_ids: dict[str, int] = {}
    stored_count: int = 0
    refused: dict[str, int] = {}
    activities: list[FoundActivity] = []
    task_instances: list[FoundInstance] = []
    microseconds_by_category: dict[str, int] = {}
    seconds_by_kind: dict[str, float] = {}
    in_task_seconds: dict[str, float] = {}
    out_of_task_seconds: dict[str, float] = {}


def read_product_results(*, lake: Path, database_url: str, project_id: int, logins: Sequence[str]) -> ProductResults:
    """Reads only. `logins` are the people of the project; a dataset that does not exist yet reads as empty."""
    results = ProductResults()
    with psycopg.connect(database_url) as connection:
        _read_database(connection, project_id, logins, results)
    read_lake(lake, project_id, results)
    return results


def _read_database(
    connection: psycopg.Connection[Any], project_id: int, logins: Sequence[str], results: ProductResults
) -> None:
    def rows(query: str, *values: object) -> list[tuple[Any, ...]]:
        return connection.execute(query.encode(), values).fetchall()

    results.workstation_user_ids = dict(rows(_PEOPLE, list(logins)))
    people = list(results.workstation_user_ids.values())
    results.refused = {reason: int(count) for reason, count in rows(_REFUSED, people)}
    results.seconds_by_kind = {kind: float(seconds) for kind, seconds in rows(_KINDS, project_id)}
    for category, inside, outside in rows(_IN_OUT, project_id):
        results.in_task_seconds[category] = float(inside)
        results.out_of_task_seconds[category] = float(outside)


_PEOPLE = "select login, workstation_user_id from governance.workstation_users where login = any(%s)"
_REFUSED = """
    select reason, sum(event_count) from governance.losses
    where workstation_user_id = any(%s) and reported_by = 'ingestion' group by reason
"""
_KINDS = "select activity_kind, sum(seconds) from marts.overall_activity_kinds where project_id = %s group by 1"
_IN_OUT = """
    select category, sum(in_task_seconds), sum(out_of_task_seconds)
    from marts.task_activity_in_out where project_id = %s group by category
"""


def read_lake(lake: Path, project_id: int, results: ProductResults) -> None:
    """Fills in what the lake knows of the people whose ids the results hold."""
    with closing(duckdb.connect(":memory:")) as engine:
        _read_lake(engine, lake, project_id, results)


def _read_lake(engine: duckdb.DuckDBPyConnection, lake: Path, project_id: int, results: ProductResults) -> None:
    people = ", ".join(map(str, results.workstation_user_ids.values())) or "-1"
    project = f"project={project_id}"

    def rows(columns: str, files: str, rest: str) -> list[tuple[Any, ...]]:
        if not any(lake.glob(files)):
            return []
        return engine.execute(f"select {columns} from read_parquet({text_sql(str(lake / files))}) {rest}").fetchall()

    of_people = f"where workstation_user_id in ({people})"
    counted = rows("count(*)", "raw_events/*/*.parquet", of_people)
    results.stored_count = int(counted[0][0]) if counted else 0
    results.activities = rows(
        "workstation_user_id, started_us, ended_us, state, context_key", "activities/*/*.parquet", of_people
    )
    results.task_instances = rows(
        "task_name, workstation_user_id, case_id, started_us, ended_us",
        f"task_instances/{project}/*.parquet",
        of_people,
    )
    durations = rows("category, sum(duration_us)", f"datamart/{project}/*.parquet", "group by category")
    results.microseconds_by_category = {category: int(duration) for category, duration in durations}
