"""Dashboard → chart → dataset → mart → column: nothing on a dashboard that dbt does not describe, and the other way."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.dashboards.bundle.files import BundleFiles, ChartFile, DatasetFile, read_bundle_files
from pipelines.publishing.shown_people import GROUP

FILES = read_bundle_files()
AGGREGATES = Path(__file__).parents[2] / "dbt/models/aggregates"
SHOWN_ANALYSES = ("overall_activity", "task_activity")
TYPES = {
    "double": "DOUBLE PRECISION",
    "bigint": "BIGINT",
    "integer": "INTEGER",
    "text": "TEXT",
    "varchar": "TEXT",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "timestamp with time zone": "TIMESTAMP WITH TIME ZONE",
    "timestamptz": "TIMESTAMP WITH TIME ZONE",
}
SQL_WORDS = {
    "as", "alias", "avg", "bigint", "case", "cast", "ceil", "coalesce", "count", "distinct", "else", "end", "filter",
    "greatest", "is_used", "left", "log", "nullif", "numeric", "power", "replace", "substr", "sum", "then", "upper",
    "when", "where",
}  # fmt: skip


def described_marts() -> dict[str, dict[str, str]]:
    """Column types by column by mart, from the dbt YAML of the analyses that have a dashboard."""
    models: list[dict[str, Any]] = []
    for analysis in SHOWN_ANALYSES:
        for path in sorted((AGGREGATES / analysis).glob("*.yml")):
            models += yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
    return {
        model["name"]: {column["name"]: column["data_type"] for column in model["columns"]}
        for model in models
        if model["name"].startswith(SHOWN_ANALYSES)
    }


def stored_columns(dataset: DatasetFile) -> set[str]:
    return {name for name, column in dataset.columns.items() if column.expression is None}


def used_columns_and_metrics(chart: ChartFile) -> set[str]:
    names: set[str] = set()
    for key in ("x_axis", "metric"):
        names |= {chart.params[key]} if key in chart.params else set()
    for key in ("groupby", "metrics", "columns", "all_columns"):
        value = chart.params.get(key, [])
        names |= {value} if isinstance(value, str) else set(value)
    return names | {each["subject"] for each in chart.params.get("adhoc_filters", [])}


def test_datasets_are_the_marts_one_to_one() -> None:
    assert set(FILES.datasets) == set(described_marts())


@pytest.mark.parametrize("table", FILES.datasets)
def test_a_dataset_has_exactly_the_columns_of_its_mart(table: str) -> None:
    assert stored_columns(FILES.datasets[table]) == set(described_marts()[table])


@pytest.mark.parametrize("table", FILES.datasets)
def test_a_column_has_the_type_of_its_mart(table: str) -> None:
    columns = FILES.datasets[table].columns
    declared = {name: columns[name].type for name in stored_columns(FILES.datasets[table])}
    assert declared == {name: TYPES[type_.lower()] for name, type_ in described_marts()[table].items()}


@pytest.mark.parametrize("table", FILES.datasets)
def test_expressions_read_only_columns_of_the_mart(table: str) -> None:
    dataset = FILES.datasets[table]
    calculated = [column.expression for column in dataset.columns.values() if column.expression]
    for expression in [*calculated, *(metric.expression for metric in dataset.metrics.values())]:
        words = set(re.findall(r"[a-z_]+", re.sub(r"'[^']*'", "", expression).lower()))
        assert words - SQL_WORDS <= stored_columns(dataset), expression


@pytest.mark.parametrize("name", FILES.charts)
def test_a_chart_uses_only_what_its_dataset_has(name: str) -> None:
    chart = FILES.charts[name]
    dataset = FILES.datasets[chart.dataset]
    assert used_columns_and_metrics(chart) <= dataset.columns.keys() | dataset.metrics.keys()


def test_every_metric_is_shown_somewhere() -> None:
    shown = {(chart.dataset, name) for chart in FILES.charts.values() for name in used_columns_and_metrics(chart)}
    offered = {(table, name) for table, dataset in FILES.datasets.items() for name in dataset.metrics}
    assert offered - shown <= KEPT_FOR_EXPLORING


KEPT_FOR_EXPLORING = {
    ("overall_activity_collection", "projects"),  # Superset wants a metric of every dataset
    ("task_activity_applications", "hours"),
    ("task_activity_applications", "touch_hours"),
    ("task_activity_applications", "views"),
}


def test_what_tells_people_apart_is_counted_and_never_shown() -> None:
    hidden = {"alias", "user_day", "used_user_day"}
    for dataset in FILES.datasets.values():
        assert {name for name, column in dataset.columns.items() if not column.is_shown} == hidden & set(
            dataset.columns
        )
        if "alias" in dataset.columns:
            assert dataset.columns["person"].expression == (
                f"CASE WHEN LEFT(alias, {len(GROUP)}) = '{GROUP}' THEN '{GROUP}' ELSE alias END"
            )
    shown = [used_columns_and_metrics(chart) for chart in FILES.charts.values()]
    shown += [{each.column or ""} for dashboard in FILES.dashboards.values() for each in dashboard.filters]
    assert not [names for names in shown if names & hidden]


def test_a_dataset_belongs_to_the_analysis_of_its_dashboard() -> None:
    assert {name.split("/")[0] for name in FILES.charts} == set(FILES.dashboards) == set(SHOWN_ANALYSES)
    assert all(FILES.charts[name].dataset.startswith(name.split("/")[0]) for name in FILES.charts)


def test_filters_read_columns_that_exist() -> None:
    files: BundleFiles = FILES
    for dashboard in files.dashboards.values():
        for each in dashboard.filters:
            assert (each.dataset is None) == (each.column is None)
            if each.dataset is not None:
                assert each.column in files.datasets[each.dataset].columns
