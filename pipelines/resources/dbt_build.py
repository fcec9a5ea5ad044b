"""Runs dbt models over some days or one project: what dbt compiled, in order, on an engine of its own.

`pipelines.steps` brings the inputs; `build` writes the partitions.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.mining.lake.engine import EngineLimits, open_engine
from pipelines.mining.lake.files import Lake
from pipelines.resources.build import Build
from pipelines.resources.compiled_models import CompiledModel, compiled_models


class DbtBuildError(RuntimeError):
    """A model, or what it reads, is at fault; the sentence names it and quotes the engine."""


@dataclass(frozen=True, kw_only=True)
class BuildResult:
    """What came out: rows per stored model, and for each data test whether it passed, by the model it tests."""

    row_counts: Mapping[str, int] = field(default_factory=dict)
    tests: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Execution time per model."""
    sorted_again: Mapping[str, int] = field(default_factory=dict)
    """Day files that came out of order and were sorted, by dataset."""


@dataclass(frozen=True, kw_only=True)
class DbtBuilder:
    """Where the compiled models are kept, and which form of the SQL is run."""

    target_folder: Path
    target: str = "streaming"
    limits: EngineLimits = field(default_factory=EngineLimits)

    def models(self) -> tuple[CompiledModel, ...]:
        """All models of the project, in order of dependence. Raises DbtCompileError."""
        return compiled_models(self.target_folder, target=self.target)

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
        """`inputs` become schema build, `datasets` (name → SQL) schema lake. Raises DbtBuildError, DbtCompileError.

        A data test that finds rows stops nothing here: the caller learns of it and decides.
        """
        chosen = [model for model in self.models() if model.is_selected(select)]
        relations = {**datasets, **{f"build.{name}": f"select * from input_{name}" for name in inputs}}
        build = Build(lake=lake, relations=relations, days=tuple(days), project_id=project_id, limits=self.limits)
        row_counts: dict[str, int] = {}
        seconds: dict[str, float] = {}
        with open_engine(self.limits) as engine:
            for name, table in inputs.items():
                engine.register(f"input_{name}", table)
            _open(engine, build)
            for model in chosen:
                started = time.perf_counter()
                row_counts.update(run_model(engine, build, model))
                seconds[model.name] = time.perf_counter() - started
            tests = {model.name: dict(outcomes(engine, model)) for model in chosen if model.tests}
        return BuildResult(row_counts=row_counts, tests=tests, seconds=seconds, sorted_again=dict(build.sorted_again))


def _open(engine: duckdb.DuckDBPyConnection, build: Build) -> None:
    try:
        build.open(engine)
    except duckdb.Error as error:
        raise DbtBuildError(f"What the models read cannot be read: {error}. Restore it, then run again.") from error


def run_model(engine: duckdb.DuckDBPyConnection, build: Build, model: CompiledModel) -> dict[str, int]:
    """Makes one model; gives the rows it stored, if it is stored."""
    try:
        engine.execute(f"create {'view' if model.is_view else 'table'} {model.relation} as ({model.sql})")
        if model.partition_by == "project":
            stored = build.store_project(engine, model.relation, folder=model.folder, is_row_wise=model.is_row_wise)
            return {model.name: stored}
        if model.partition_by == "day":
            stored = build.store_days(engine, model.relation, dataset=model.name, is_row_wise=model.is_row_wise)
            return {model.name: stored}
    except duckdb.Error as error:
        raise DbtBuildError(f"Model {model.name} failed: {error}. Correct the model, then run again.") from error
    return {}


def outcomes(engine: duckdb.DuckDBPyConnection, model: CompiledModel) -> Iterator[tuple[str, bool]]:
    """Each data test of a model, and whether it found no row."""
    for test in model.tests:
        yield test.name, not engine.execute(f"select 1 from ({test.sql}) limit 1").fetchall()
