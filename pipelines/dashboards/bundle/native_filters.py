"""Renders a dashboard's filters as Superset's native ones, each reaching the charts whose mart has the column.

A filter narrows what is shown and protects nothing: who may see a row is decided by the rules in `access`.
"""

from __future__ import annotations

from typing import Any

from pipelines.dashboards.bundle.files import BundleFiles, DashboardFile, FilterFile
from pipelines.dashboards.bundle.identities import dataset_uuid
from pipelines.dashboards.bundle.layout import chart_ids


def native_filters(dashboard: DashboardFile, files: BundleFiles) -> list[dict[str, Any]]:
    """Superset's `native_filter_configuration`. The values of a filter narrow to what the `single` filters leave."""
    parents = [_filter_id(each) for each in dashboard.filters if each.single]
    return [
        _native_filter(each, excluded=_beyond_reach(each, dashboard, files), parents=[] if each.single else parents)
        for each in dashboard.filters
    ]


def _beyond_reach(each: FilterFile, dashboard: DashboardFile, files: BundleFiles) -> list[int]:
    """Charts of this dashboard whose mart lacks the filter's column."""

    def reached(chart: str) -> bool:
        dataset = files.datasets[files.charts[chart].dataset]
        return dataset.main_dttm_col is not None if each.column is None else each.column in dataset.columns

    return [number for chart, number in chart_ids(dashboard).items() if not reached(chart)]


def _native_filter(each: FilterFile, *, excluded: list[int], parents: list[str]) -> dict[str, Any]:
    common = {
        "id": _filter_id(each),
        "type": "NATIVE_FILTER",
        "name": each.name,
        "description": each.description,
        "scope": {"rootPath": ["ROOT_ID"], "excluded": excluded},
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
    }
    if each.column is None or each.dataset is None:
        controls: dict[str, Any] = {"enableEmptyFilter": False}
        return {
            **common,
            "filterType": "filter_time",
            "targets": [{}],
            "cascadeParentIds": [],
            "controlValues": controls,
        }
    controls = {
        "enableEmptyFilter": each.single,
        "defaultToFirstItem": each.single,
        "multiSelect": not each.single,
        "inverseSelection": False,
        "searchAllOptions": False,
        "sortAscending": True,
    }
    return {
        **common,
        "filterType": "filter_select",
        "requiredFirst": each.single,
        "targets": [{"column": {"name": each.column}, "datasetUuid": dataset_uuid(each.dataset)}],
        "cascadeParentIds": parents,
        "controlValues": controls,
    }


def _filter_id(each: FilterFile) -> str:
    return f"NATIVE_FILTER-{each.column or 'dates'}"
