"""The plugin through which dbt reads and writes the lake: views over its files, partitions replaced atomically.

What a build consists of is written down by `dbt_build`; this is loaded by dbt itself, by name, from profiles.yml.
"""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig

from pipelines.mining.engine import parquet_sql
from pipelines.mining.event_order import check_event_order
from pipelines.mining.lake import Lake, put_in_place, remove_file
from pipelines.resources.dbt_build import BUILD_VARIABLE


class Plugin(BasePlugin):
    """One instance per in-memory database."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Without a build (dbt parse, dbt docs) there is nothing to read."""
        self._connection = conn
        self._row_counts: dict[str, int] = {}
        conn.execute("set timezone = 'UTC'")
        folder = os.environ.get(BUILD_VARIABLE)
        if folder is None:
            return
        self._folder = Path(folder)
        self._build = json.loads((self._folder / "build.json").read_text())
        self._lake = Lake(Path(self._build["lake"]))
        conn.execute(f"set memory_limit = '{self._build['memory_limit']}'")
        conn.execute(f"set threads = {int(self._build['threads'])}")
        conn.execute("create schema if not exists lake")
        conn.execute("create schema if not exists build")
        for name, sql in self._build["relations"].items():
            conn.execute(f"create view {name} as {sql}")

    def store(self, target_config: TargetConfig) -> None:
        """Writes the partitions of one model; a row-wise model is read back from its files by those after it."""
        relation, config = str(target_config.relation), target_config.config
        cursor = self._connection.cursor()
        cursor.execute("set timezone = 'UTC'")
        dataset = str(target_config.relation.identifier)
        if config.get("partition_by") == "project":
            path = self._lake.project_file(config.get("folder", dataset), int(self._build["project_id"]))
            self._row_counts[dataset] = self._write(cursor, f"select * from {relation}", path)
        else:
            self._store_days(cursor, dataset, relation, is_row_wise=bool(config.get("row_wise")))
        (self._folder / "row_counts.json").write_text(json.dumps(self._row_counts))

    def _store_days(self, cursor: Any, dataset: str, relation: str, *, is_row_wise: bool) -> None:
        days = [date.fromisoformat(day) for day in self._build["days"]]
        written: list[Path] = []
        self._row_counts[dataset] = 0
        # A row-wise model keeps the order of the file it reads: tables are probed in the order they are written down.
        disabled = "join_order,build_side_probe_side" if is_row_wise else ""
        cursor.execute(f"set disabled_optimizers = '{disabled}'")
        for day in days:
            path = self._lake.day_file(dataset, day)
            of_day = f"select * exclude (day) from {relation} where day = date '{day.isoformat()}'"
            rows = self._write(cursor, of_day, path, is_in_event_order=is_row_wise)
            self._row_counts[dataset] += rows
            if rows:
                written.append(path)
            else:
                remove_file(path)
        cursor.execute("set disabled_optimizers = ''")
        if is_row_wise and written:
            files = parquet_sql(written, options="hive_partitioning = true, hive_types = {'day': date}")
            cursor.execute(f"create or replace view {relation} as select * from {files}")

    def _write(self, cursor: Any, sql: str, path: Path, *, is_in_event_order: bool = False) -> int:
        staged = self._lake.staged()
        try:
            options = "format parquet, compression zstd, compression_level 1, parquet_version v2"
            rows = int(cursor.execute(f"copy ({sql}) to '{staged}' ({options})").fetchall()[0][0])
            if is_in_event_order:
                check_event_order(staged)
            put_in_place(staged, path)
        finally:
            staged.unlink(missing_ok=True)
        return rows
