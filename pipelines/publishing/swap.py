"""Publishes one project: its aggregates go to temporary tables by ADBC and replace its former rows in one transaction.

Also counts and withdraws what was published. A new aggregate needs nothing here: the tables follow from the dbt YAML.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq

from domain.assignments.terms import Visibility
from pipelines.mining.lake.files import Lake
from pipelines.publishing.row_policies import close_tables, drop_policies
from pipelines.publishing.shown_people import as_visible
from pipelines.publishing.storable_texts import storable
from pipelines.publishing.tables import MartTable

_LOCK = 7_301_600_000
"""Advisory lock: one publication at a time; the lake of a project has one state, so has its marts."""


class PublishingError(RuntimeError):
    """An aggregate is missing or does not fit its table; nothing was published."""


def publish_project(
    lake: Lake, tables: Sequence[MartTable], *, project_id: int, visibility: Visibility, database_url: str
) -> dict[str, int]:
    """Replaces the project's rows in every table of `marts`; all or nothing. Says how many rows each has now."""
    aggregates = as_visible({table.name: _read_aggregate(lake, table, project_id) for table in tables}, visibility)
    from adbc_driver_postgresql import dbapi  # noqa: PLC0415 brings pandas along

    with dbapi.connect(database_url, autocommit=False) as connection:
        with connection.cursor() as cursor:
            _prepare(cursor, tables)
            for table in tables:
                _replace(cursor, table, aggregates[table.name], project_id)
        connection.commit()
    return {name: int(aggregate.num_rows) for name, aggregate in aggregates.items()}


def withdraw_projects(tables: Sequence[MartTable], *, project_ids: Sequence[int], database_url: str) -> dict[str, int]:
    """Deletes projects from `marts`; says how many rows went from each table."""
    gone = "with gone as (delete from {} where project_id = any(%s) returning 1) select count(*) from gone"
    return _of_projects(gone, tables, project_ids, database_url)


def count_published(tables: Sequence[MartTable], *, project_ids: Sequence[int], database_url: str) -> dict[str, int]:
    """What `withdraw_projects` would delete."""
    return _of_projects("select count(*) from {} where project_id = any(%s)", tables, project_ids, database_url)


def published_projects(tables: Sequence[MartTable], *, database_url: str) -> set[int]:
    """Projects with rows in any table of `marts`."""
    with psycopg.connect(database_url) as connection:
        names = _existing(connection, tables)
        queries = [f"select distinct project_id from {name}".encode() for name in names]
        return {row[0] for query in queries for row in connection.execute(query)}


def _of_projects(
    query: str, tables: Sequence[MartTable], project_ids: Sequence[int], database_url: str
) -> dict[str, int]:
    """One count per table, in one transaction; a table that never was has none."""
    counts = dict.fromkeys((table.name for table in tables), 0)
    with psycopg.connect(database_url) as connection:
        for name in _existing(connection, tables):
            row = connection.execute(query.format(name).encode(), (list(project_ids),)).fetchone()
            counts[name.removeprefix("marts.")] = int(row[0]) if row else 0
    return counts


def _existing(connection: Any, tables: Sequence[MartTable]) -> list[str]:
    query = "select table_name from information_schema.tables where table_schema = 'marts'"
    found = {row[0] for row in connection.execute(query)}
    return [f"marts.{table.name}" for table in tables if table.name in found]


def _read_aggregate(lake: Lake, table: MartTable, project_id: int) -> pa.Table:
    path = lake.project_file(f"aggregates/{table.analysis}/{table.name}", project_id)
    if not path.exists():
        raise PublishingError(f"The aggregate {table.name} of project {project_id} is missing: mine the project first.")
    aggregate = pq.ParquetFile(path).read()
    if differing := sorted(set(aggregate.column_names) ^ {column.name for column in table.columns}):
        raise PublishingError(
            f"The aggregate {table.name} and its documented columns differ in {', '.join(differing)}: "
            "correct the model or its YAML, then mine the project again."
        )
    return storable(aggregate)


def _prepare(cursor: Any, tables: Sequence[MartTable]) -> None:
    """The schema, the tables, their policies and the right to read them; no DDL when everything is there already."""
    cursor.execute(f"select pg_advisory_xact_lock({_LOCK})")
    cursor.fetchall()
    if not _finds(cursor, "select 1 from pg_namespace where nspname = 'marts'"):
        cursor.execute("create schema marts")
    existing = _existing_columns(cursor)
    for table in tables:
        if statements := table.migration_sql(existing.get(table.name, {})):
            drop_policies(cursor, f"marts.{table.name}")
        for statement in statements:
            cursor.execute(statement)
    close_tables(cursor, tables)


def _finds(cursor: Any, query: str) -> bool:
    cursor.execute(query)
    return bool(cursor.fetchall())


def _existing_columns(cursor: Any) -> Mapping[str, Mapping[str, str]]:
    """Table → column → PostgreSQL's name of its type. By name: a column that is added later stands last in a table."""
    cursor.execute(
        "select table_name, column_name, data_type from information_schema.columns where table_schema = 'marts'"
    )
    columns: dict[str, dict[str, str]] = {}
    for table, column, data_type in cursor.fetchall():
        columns.setdefault(table, {})[column] = data_type
    return columns


def _replace(cursor: Any, table: MartTable, aggregate: pa.Table, project_id: int) -> None:
    staging = f"staging_{table.name}"
    columns = ", ".join(column.name for column in table.columns)
    cursor.adbc_ingest(staging, aggregate, mode="create", temporary=True)
    cursor.execute(f"delete from marts.{table.name} where project_id = {int(project_id)}")
    cursor.execute(f"insert into marts.{table.name} ({columns}) select {columns} from pg_temp.{staging}")
    cursor.execute(f"drop table pg_temp.{staging}")
