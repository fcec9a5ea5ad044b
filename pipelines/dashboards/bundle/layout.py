"""Lays a dashboard's rows out as Superset's grid: which chart stands where, how wide and how high."""

from __future__ import annotations

from typing import Any

from pipelines.dashboards.bundle.files import DashboardFile, RowFile
from pipelines.dashboards.bundle.identities import chart_uuid


def chart_ids(dashboard: DashboardFile) -> dict[str, int]:
    """Numbers for the charts of one file, in reading order; Superset replaces them by its own when importing."""
    charts = [chart for row in dashboard.rows for chart in row.charts]
    return {chart: number for number, chart in enumerate(charts, start=1)}


def position(dashboard: DashboardFile, titles: dict[str, str]) -> dict[str, Any]:
    """Superset's `position`: blocks by id, each with its parents and children. `titles` are by `<analysis>/<chart>`."""
    ids = chart_ids(dashboard)
    blocks: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": dashboard.dashboard_title}},
        "GRID_ID": _block("GRID", "GRID_ID", ["ROOT_ID"], []),
    }
    for number, row in enumerate(dashboard.rows, start=1):
        for block in _row_blocks(row, number, ids, titles):
            blocks[block["id"]] = block
            if block["parents"][-1] == "GRID_ID":
                blocks["GRID_ID"]["children"].append(block["id"])
    return blocks


def _row_blocks(row: RowFile, number: int, ids: dict[str, int], titles: dict[str, str]) -> list[dict[str, Any]]:
    parents = ["ROOT_ID", "GRID_ID"]
    if row.heading is not None:
        meta = {"text": row.heading, "headerSize": "MEDIUM_HEADER", "background": "BACKGROUND_TRANSPARENT"}
        return [_block("HEADER", f"HEADER-{number}", parents, [], meta)]
    row_id = f"ROW-{number}"
    held = []
    for chart, width in row.charts.items():
        place = {"width": width, "height": row.height}
        shown = {"chartId": ids[chart], "uuid": chart_uuid(chart), "sliceName": titles[chart], **place}
        held.append(_block("CHART", f"CHART-{chart.replace('/', '-')}", [*parents, row_id], [], shown))
    background = {"background": "BACKGROUND_TRANSPARENT"}
    return [_block("ROW", row_id, parents, [block["id"] for block in held], background), *held]


def _block(
    kind: str, block_id: str, parents: list[str], children: list[str], meta: dict[str, Any] | None = None
) -> dict[str, Any]:
    block: dict[str, Any] = {"type": kind, "id": block_id, "parents": parents, "children": children}
    return block if meta is None else {**block, "meta": meta}
