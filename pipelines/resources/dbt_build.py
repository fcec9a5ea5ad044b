"""One dbt build: a folder with its inputs, one invocation in this process, its row counts and test results.

What the inputs are belongs to `pipelines.road`; how files are read and written to `lake_plugin`.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.mining.engine import EngineLimits, parquet_sql
from pipelines.mining.lake import Lake
from pipelines.settings import DBT_PROJECT

BUILD_VARIABLE = "TASK_MINING_DBT_BUILD"
"""Tells the plugin the folder of the build: build.json and the small input tables."""


class DbtBuildError(RuntimeError):
    """A model or a test failed; the sentence names the first and quotes dbt."""


@dataclass(frozen=True, kw_only=True)
class BuildResult:
    """What dbt did: rows per stored model, and for each test whether it passed, by the model it tests."""

    row_counts: Mapping[str, int] = field(default_factory=dict)
    tests: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Execution time per model."""


@dataclass(frozen=True, kw_only=True)
class DbtBuilder:
    """Where dbt keeps what it parsed, and which form of the SQL it runs."""

    target_folder: Path
    target: str = "streaming"
    limits: EngineLimits = field(default_factory=EngineLimits)

    def build(
        self,
        lake: Lake,
        *,
        select: Sequence[str],
        inputs: Mapping[str, pa.Table],
        datasets: Mapping[str, str],
        days: Sequence[date] = (),
        project_id: int | None = None,
        with_unit_tests: bool = False,
    ) -> BuildResult:
        """`inputs` become schema build, `datasets` (name → SQL) schema lake. Raises DbtBuildError.

        Data tests run with every build; unit tests say nothing about data and run where the code is tested.
        """
        folder = Path(tempfile.mkdtemp(prefix="task-mining-build-"))
        try:
            relations = dict(datasets)
            for name, table in inputs.items():
                pq.write_table(table, folder / f"{name}.parquet")
                relations[f"build.{name}"] = f"select * from {parquet_sql([folder / f'{name}.parquet'])}"
            (folder / "build.json").write_text(
                json.dumps(
                    {
                        "lake": str(lake.root),
                        "relations": relations,
                        "days": [day.isoformat() for day in days],
                        "project_id": project_id,
                        "memory_limit": self.limits.memory_limit,
                        "threads": self.limits.threads,
                    }
                )
            )
            tests = self._invoke(folder, select=select, with_unit_tests=with_unit_tests)
            counts = folder / "row_counts.json"
            return BuildResult(
                row_counts=json.loads(counts.read_text()) if counts.exists() else {},
                tests=tests[0],
                seconds=tests[1],
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _invoke(
        self, folder: Path, *, select: Sequence[str], with_unit_tests: bool
    ) -> tuple[dict[str, dict[str, bool]], dict[str, float]]:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415 costs 3 CPU-seconds
        from dbt.cli.main import dbtRunner  # noqa: PLC0415

        self.target_folder.mkdir(parents=True, exist_ok=True)
        connections: Any = DuckDBConnectionManager
        connections.close_all_connections()
        os.environ[BUILD_VARIABLE] = str(folder)
        try:
            result = dbtRunner().invoke(
                [
                    "build",
                    *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
                    *("--target", self.target, "--target-path", str(self.target_folder / self.target)),
                    *("--log-path", str(self.target_folder), "--log-level", "error", "--log-level-file", "none"),
                    "--no-write-json",
                    *(() if with_unit_tests else ("--exclude-resource-type", "unit_test")),
                    *("--select", *select),
                ]
            )
        finally:
            del os.environ[BUILD_VARIABLE]
            connections.close_all_connections()
        return _read_results(result)


def _read_results(result: object) -> tuple[dict[str, dict[str, bool]], dict[str, float]]:
    """Test outcomes by model, and seconds by model. Raises DbtBuildError when a model failed."""
    outcome = getattr(result, "result", None)
    if outcome is None or not hasattr(outcome, "results"):
        reason = getattr(result, "exception", None)
        raise DbtBuildError(f"dbt did not start: {reason}. Run `dbt parse` in dbt/ to see why.")
    tests: dict[str, dict[str, bool]] = {}
    seconds: dict[str, float] = {}
    for each in outcome.results:
        node, status = each.node, str(each.status)
        if node.resource_type in {"test", "unit_test"}:
            model = _tested_model(node)
            tests.setdefault(model, {})[node.name] = status == "pass"
        elif status != "success":
            raise DbtBuildError(f"Model {node.name} failed: {each.message}. Correct the model, then run again.")
        else:
            seconds[node.name] = float(each.execution_time)
    return tests, seconds


def _tested_model(node: object) -> str:
    attached = getattr(node, "attached_node", None)
    if attached:
        return str(attached).rsplit(".", maxsplit=1)[-1]
    depends = getattr(getattr(node, "depends_on", None), "nodes", []) or [""]
    return str(depends[0]).rsplit(".", maxsplit=1)[-1]
