"""Reads what dashboards must know of the published marts: projects, applications of each category, tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from pipelines.dashboards.errors import DashboardsError

_PROJECTS = "select project_id, mined_at::text from marts.overall_activity_collection order by project_id"
_TASKS = "select distinct task_name from marts.task_activity_instances order by task_name"
_APPLICATIONS = """
select category, array_agg(distinct application) filter (where application is not null)
from (
    select category, application from marts.overall_activity_windows
    union all select category, application from marts.overall_activity_applications
    union all select category, application from marts.task_activity_applications
    union all select category, null from marts.overall_activity_hours
    union all select category, null from marts.task_activity_in_out
    union all select category, null from marts.task_activity_timeline
) as named
where category is not null
group by category
"""


@dataclass(frozen=True)
class MartContents:
    """`mined_at` by project id, applications by category, names of tasks, and projects with rows by table."""

    projects: Mapping[int, str]
    applications: Mapping[str, tuple[str, ...]]
    tasks: tuple[str, ...]
    projects_with_rows: Mapping[str, tuple[int, ...]]


def read_mart_contents(database_url: str, *, tables: Iterable[str] = ()) -> MartContents:
    """What stands in schema marts now; `tables` are those of which `projects_with_rows` is wanted."""
    try:
        with psycopg.connect(database_url) as connection:
            projects: dict[int, str] = dict(connection.execute(_PROJECTS).fetchall())
            applications = connection.execute(_APPLICATIONS).fetchall()
            tasks = connection.execute(_TASKS).fetchall()
            with_rows = {table: _projects_with_rows(connection, table) for table in tables}
    except psycopg.errors.UndefinedTable as error:
        raise DashboardsError("The marts are not published yet; mine a project, then deploy the dashboards.") from error
    except psycopg.OperationalError as error:
        raise DashboardsError(
            f"The marts cannot be read ({str(error).strip()}); check TASK_MINING_DASHBOARDS_DATABASE_URL."
        ) from error
    return MartContents(
        projects=projects,
        applications={category: tuple(names or ()) for category, names in applications},
        tasks=tuple(name for (name,) in tasks),
        projects_with_rows=with_rows,
    )


def _projects_with_rows(connection: psycopg.Connection, table: str) -> tuple[int, ...]:
    statement = sql.SQL("select distinct project_id from marts.{} order by project_id").format(sql.Identifier(table))
    return tuple(project_id for (project_id,) in connection.execute(statement).fetchall())
