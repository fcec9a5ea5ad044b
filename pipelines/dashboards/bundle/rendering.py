"""Completes the committed YAML with what Superset's import route insists on: uuids, versions, defaults, positions.

Pure: it takes the files and what the marts hold, and returns the bundle.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.dashboards.bundle.colours import label_colours
from pipelines.dashboards.bundle.files import BundleFiles, ChartFile, DashboardFile, DatasetFile
from pipelines.dashboards.bundle.identities import chart_uuid, dashboard_uuid, database_uuid, dataset_uuid
from pipelines.dashboards.bundle.layout import position
from pipelines.dashboards.bundle.native_filters import native_filters
from pipelines.dashboards.errors import BundleError
from pipelines.dashboards.mart_contents import MartContents

OURS = {"version": "1.0.0", "is_managed_externally": True}
BIG_NUMBER = "big_number_total"


def render(files: BundleFiles, *, sqlalchemy_uri: str, contents: MartContents) -> dict[str, dict[str, Any]]:
    """The complete bundle, path → content, ready to be zipped, with colours for what the marts hold now."""
    _check_references(files)
    colours = label_colours(files.colours, contents.applications, contents.tasks)
    database = {**files.database, "sqlalchemy_uri": sqlalchemy_uri, "uuid": database_uuid(), **OURS}
    return {
        "metadata.yaml": {"version": "1.0.0", "type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"},
        "databases/marts.yaml": database,
        **{f"datasets/marts/{table}.yaml": _dataset(table, each, contents) for table, each in files.datasets.items()},
        **{f"charts/{chart}.yaml": _chart(chart, files) for chart in files.charts},
        **{
            f"dashboards/{analysis}.yaml": _dashboard(analysis, each, files, colours)
            for analysis, each in files.dashboards.items()
        },
    }


def title(chart: ChartFile) -> str:
    """What stands above a chart: its name and unit; a big number has its unit below the figure instead."""
    return chart.slice_name if chart.viz_type == BIG_NUMBER else f"{chart.slice_name}, {chart.unit}"


def _check_references(files: BundleFiles) -> None:
    for name, chart in files.charts.items():
        if chart.dataset not in files.datasets:
            raise BundleError(
                f"superset/charts/{name}.yaml reads the dataset {chart.dataset}, which does not exist; "
                f"correct `dataset`, or describe the mart in superset/datasets/."
            )
    for analysis, dashboard in files.dashboards.items():
        unknown = sorted({chart for row in dashboard.rows for chart in row.charts} - files.charts.keys())
        if unknown:
            raise BundleError(
                f"superset/dashboards/{analysis}.yaml shows {', '.join(unknown)}, which no file describes; "
                f"correct the name, or add the chart under superset/charts/."
            )


def _dataset(table: str, dataset: DatasetFile, contents: MartContents) -> dict[str, Any]:
    return {
        **OURS,
        # A dataset that changed has no cached answers: mining again shows at once.
        "extra": {"mined_at": {str(project_id): mined_at for project_id, mined_at in contents.projects.items()}},
        "table_name": table,
        "schema": "marts",
        "description": dataset.description,
        "main_dttm_col": dataset.main_dttm_col,
        "filter_select_enabled": True,
        "uuid": dataset_uuid(table),
        "database_uuid": database_uuid(),
        "columns": [
            {
                "column_name": name,
                "verbose_name": column.label,
                "type": column.type,
                "expression": column.expression,
                "is_dttm": column.type in {"DATE", "TIMESTAMP WITH TIME ZONE"},
                "is_active": True,
                "groupby": column.is_shown,
                "filterable": column.is_shown,
            }
            for name, column in dataset.columns.items()
        ],
        "metrics": [
            {
                "metric_name": name,
                "verbose_name": metric.label,
                "expression": metric.expression,
                "d3format": metric.d3format,
            }
            for name, metric in dataset.metrics.items()
        ],
    }


def _chart(name: str, files: BundleFiles) -> dict[str, Any]:
    chart = files.charts[name]
    dated = files.datasets[chart.dataset].main_dttm_col
    params: dict[str, Any] = {
        **files.chart_defaults.get(chart.viz_type, {}),
        **chart.params,
        "viz_type": chart.viz_type,
    }
    params["adhoc_filters"] = [*([_any_date(dated)] if dated else []), *chart.params.get("adhoc_filters", [])]
    if chart.viz_type == BIG_NUMBER:
        params["subtitle"] = chart.unit
    return {
        **OURS,
        "slice_name": title(chart),
        "description": chart.description,
        "viz_type": chart.viz_type,
        "params": params,
        "uuid": chart_uuid(name),
        "dataset_uuid": dataset_uuid(chart.dataset),
    }


def _any_date(column: str) -> dict[str, str]:
    """The filter on dates reaches only charts that carry this."""
    return {
        "clause": "WHERE",
        "expressionType": "SIMPLE",
        "operator": "TEMPORAL_RANGE",
        "subject": column,
        "comparator": "No filter",
    }


def _dashboard(
    analysis: str, dashboard: DashboardFile, files: BundleFiles, colours: Mapping[str, str]
) -> dict[str, Any]:
    return {
        **OURS,
        "dashboard_title": dashboard.dashboard_title,
        "slug": dashboard.slug,
        "description": dashboard.description,
        "css": "",
        "published": True,
        "uuid": dashboard_uuid(analysis),
        "position": position(dashboard, {name: title(chart) for name, chart in files.charts.items()}),
        "metadata": {
            **files.dashboard_metadata,
            "native_filter_configuration": native_filters(dashboard, files),
            "label_colors": dict(colours),
        },
    }
