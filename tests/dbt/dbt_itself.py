"""dbt run by itself on a build of the product: for its unit tests, and to hold the compiled form to the same rows."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.mining.lake.engine import EngineLimits, parquet_sql
from pipelines.mining.lake.files import Lake
from pipelines.resources.build import Build
from pipelines.resources.dbt_build import BuildResult
from pipelines.resources.lake_plugin import BUILD_VARIABLE
from pipelines.project_files import DBT_PROJECT


@dataclass(frozen=True, kw_only=True)
class DbtItself:
    """Takes the place of a DbtBuilder; keeps what dbt said of each test in `outcomes`."""

    folder: Path
    outcomes: dict[str, str]
    limits: EngineLimits = field(default_factory=lambda: EngineLimits(threads=1, memory_limit="500MB"))

    def build(
        self,
        lake: Lake,
        *,
        select: Sequence[str],
        inputs: Mapping[str, pa.Table],
        datasets: Mapping[str, str],
        days: Sequence[date] = (),
        project_id: int | None = None,
    ) -> BuildResult:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415 four seconds to import
        from dbt.artifacts.schemas.run import RunExecutionResult  # noqa: PLC0415
        from dbt.cli.main import dbtRunner  # noqa: PLC0415

        relations = dict(datasets)
        for name, table in inputs.items():
            path = self.folder / f"{name}.parquet"
            pq.write_table(table, path)
            relations[f"build.{name}"] = f"select * from {parquet_sql([path])}"
        build = Build(lake=lake, relations=relations, days=tuple(days), project_id=project_id, limits=self.limits)
        (self.folder / "build.json").write_text(build.to_json())
        connections: Any = DuckDBConnectionManager
        connections.close_all_connections()
        os.environ[BUILD_VARIABLE] = str(self.folder / "build.json")
        try:
            said = dbtRunner().invoke(
                [
                    "build",
                    *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
                    *("--target-path", str(self.folder / "target"), "--log-path", str(self.folder)),
                    *("--log-level", "error", "--log-level-file", "none", "--select", *select),
                ]
            )
        finally:
            del os.environ[BUILD_VARIABLE]
            connections.close_all_connections()
        assert isinstance(said.result, RunExecutionResult), said.exception
        self.outcomes.update({each.node.name: str(each.status) for each in said.result.results})
        return BuildResult()
