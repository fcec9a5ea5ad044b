"""Lets dbt itself read and write the lake, in its unit tests or called by hand.

It does so through `build`, as the product's builds of compiled models do.
"""

import os
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig

from pipelines.resources.build import Build

BUILD_VARIABLE = "TASK_MINING_DBT_BUILD"
"""Names the file that `Build.to_json` wrote. Without it (dbt compile, dbt docs) there is nothing to read."""


class Plugin(BasePlugin):
    """One instance per in-memory database."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        self._connection = conn
        conn.execute("set timezone = 'UTC'")
        path = os.environ.get(BUILD_VARIABLE)
        if path is None:
            return
        self._build = Build.from_json(Path(path).read_text())
        conn.execute(f"set memory_limit = '{self._build.limits.memory_limit}'")
        conn.execute(f"set threads = {int(self._build.limits.threads)}")
        self._build.open(conn)

    def store(self, target_config: TargetConfig) -> None:
        """Writes the partitions of one model."""
        relation, config = str(target_config.relation), target_config.config
        cursor = self._connection.cursor()
        cursor.execute("set timezone = 'UTC'")
        dataset = str(target_config.relation.identifier)
        is_row_wise = bool(config.get("row_wise"))
        if config.get("partition_by") == "project":
            folder = config.get("folder", dataset)
            self._build.store_project(cursor, relation, folder=folder, is_row_wise=is_row_wise)
        else:
            self._build.store_days(cursor, relation, dataset=dataset, is_row_wise=is_row_wise)
