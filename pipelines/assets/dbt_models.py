"""Describes every dbt model as a node of the asset graph, from what dbt compiled.

A new model, column or data test appears here by itself. Add a new input of schema `build` to
`INPUTS_FROM` when another asset makes it.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.partitions import DAYS
from pipelines.resources.compiled_models import CompiledModel

OWNERS = ["team:task-mining"]
INPUTS_FROM: Mapping[str, str] = {
    "lake.raw_events": "raw_events",
    "lake.context_categories": "context_categories",
    "build.event_verdicts": "contexts",
    "build.contexts": "context_categories",
    "build.task_instances": "task_instances",
    "build.task_spans": "task_instances",
    "build.open_tasks": "task_instances",
    "build.record_mentions": "task_instances",
}
"""The asset behind a source; sources that are not named here come from governance or are computed for the build."""


def select_models(models: Sequence[CompiledModel], selection: Sequence[str]) -> tuple[CompiledModel, ...]:
    return tuple(model for model in models if model.is_selected(selection))


def model_key(model: CompiledModel) -> dg.AssetKey:
    """Aggregates carry their analysis in front, as in Superset."""
    is_aggregate = model.path.startswith("models/aggregates/")
    return dg.AssetKey([model.group, model.name] if is_aggregate else [model.name])


def model_keys(models: Sequence[CompiledModel]) -> dict[str, dg.AssetKey]:
    return {model.name: model_key(model) for model in models}


def model_specs(
    chosen: Sequence[CompiledModel], models: Sequence[CompiledModel], *, partitions: dg.PartitionsDefinition[Any]
) -> list[dg.AssetSpec]:
    """One spec for each of `chosen`. `models` are all of the project: some of them are read by others."""
    keys = model_keys(models)
    daily = {model_key(model) for model in models if "daily" in model.tags}
    return [
        dg.AssetSpec(
            keys[model.name],
            deps=[_dependency(key, daily, is_daily=partitions is DAYS) for key in _parents(model, keys)],
            description=model.description,
            group_name=model.group,
            owners=OWNERS,
            kinds={"dbt", "duckdb"},
            metadata=_metadata(model),
        )
        for model in chosen
    ]


def test_specs(chosen: Sequence[CompiledModel]) -> list[dg.AssetCheckSpec]:
    """Each data test of dbt as a check that blocks what follows."""
    return [
        dg.AssetCheckSpec(
            test.name,
            asset=model_key(model),
            blocking=True,
            description=f"A data test of dbt on column {test.column}." if test.column else "A data test of dbt.",
        )
        for model in chosen
        for test in model.tests
    ]


def materialized(
    chosen: Sequence[CompiledModel],
    *,
    row_counts: Mapping[str, int],
    seconds: Mapping[str, float],
    files: Mapping[str, Sequence[Path]],
    more: Mapping[str, Mapping[str, Any]] | None = None,
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """What a build made of each model: rows and bytes where it is stored (`files`), seconds where it ran."""
    for model in chosen:
        metadata: dict[str, Any] = {"seconds": seconds.get(model.name, 0.0)}
        if model.partition_by:
            metadata["dagster/row_count"] = row_counts.get(model.name, 0)
            metadata["size_bytes"] = sum(path.stat().st_size for path in files.get(model.name, ()) if path.exists())
        yield dg.MaterializeResult(
            asset_key=model_key(model), metadata={**metadata, **((more or {}).get(model.name, {}))}
        )


def _parents(model: CompiledModel, keys: Mapping[str, dg.AssetKey]) -> list[dg.AssetKey]:
    parents = {keys[name] for name in model.refs}
    for source in model.sources:
        schema, _, name = source.partition(".")
        if source in INPUTS_FROM:
            parents.add(dg.AssetKey(INPUTS_FROM[source]))
        elif schema == "lake":
            parents.add(keys[name])
    return sorted(parents)


def _dependency(key: dg.AssetKey, daily: set[dg.AssetKey], *, is_daily: bool) -> dg.AssetDep:
    if key in daily and not is_daily:
        return dg.AssetDep(key, partition_mapping=dg.AllPartitionMapping())
    return dg.AssetDep(key)


def _metadata(model: CompiledModel) -> dict[str, Any]:
    columns = [
        dg.TableColumn(each.name, each.data_type or "unknown", description=each.description or None)
        for each in model.columns
    ]
    return {
        "compiled_sql": dg.MetadataValue.md(f"```sql\n{model.sql.strip()}\n```"),
        "dbt_file": f"dbt/{model.path}",
        **({"dagster/column_schema": dg.TableSchema(columns)} if columns else {}),
    }
