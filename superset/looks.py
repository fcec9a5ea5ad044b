"""Which requests are looks at data, and which are downloads; and how many of them become one entry of the audit log.

A download is whatever arrives as a file, by whichever address. A look is one of `LOOKS`: add an endpoint there when
Superset gets another that answers with data. Refused requests show nothing and are neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LOOKED_AT, DOWNLOADED = "task_mining:looked_at", "task_mining:downloaded"
#: Endpoint → what is looked at there.
LOOKS = {
    "Superset.dashboard": "dashboard",
    "Dashboard.embedded": "dashboard",
    "EmbeddedView.embedded": "dashboard",
    "DashboardRestApi.screenshot": "picture",
    "DashboardRestApi.thumbnail": "picture",
    "ChartRestApi.screenshot": "picture",
    "ChartRestApi.thumbnail": "picture",
    "ChartDataRestApi.data": "chart",
    "ChartDataRestApi.get_data": "chart",
    "ChartDataRestApi.data_from_cache": "chart",
    "Superset.explore_json": "chart",
    "Superset.explore_json_data": "chart",
    "Api.query": "chart",
    "Datasource.samples": "table",
    "DatasourceRestApi.get_column_values": "table",
    "SqlLabRestApi.execute_sql_query": "sql_lab",
    "SqlLabRestApi.get_results": "sql_lab",
}
OK_BELOW = 300
NO_SLUG = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True)
class Look:
    """One request as it is logged. `dashboard` is its id or slug."""

    action: str
    what: str
    dashboard: str = ""
    chart_id: int | None = None
    dataset_id: int | None = None


def look_of(
    endpoint: str, view_arguments: Mapping[str, Any], body: object, *, status: int, is_file: bool
) -> Look | None:
    """What a request looked at, by its route and by what it asked (`body`, as it was sent)."""
    if status >= OK_BELOW or (endpoint not in LOOKS and not is_file):
        return None
    asked = body if isinstance(body, dict) else {}
    form, source = _mapping(asked.get("form_data")), _mapping(asked.get("datasource"))
    dashboard = view_arguments.get("dashboard_id_or_slug") or form.get("dashboardId") or ""
    chart = form.get("slice_id")
    if endpoint.startswith("Chart"):
        chart = view_arguments.get("pk") or chart
    if endpoint.startswith("DashboardRestApi"):
        dashboard = view_arguments.get("pk") or dashboard
    return Look(
        action=DOWNLOADED if is_file else LOOKED_AT,
        what=LOOKS.get(endpoint, endpoint),
        dashboard=NO_SLUG.sub("", str(dashboard))[:100],
        chart_id=_number(chart),
        dataset_id=_number(source.get("id") or view_arguments.get("datasource_id")),
    )


@dataclass(frozen=True)
class LoggedLook:
    """A row of Superset's log with the names of what its ids mean."""

    log_id: int
    logged_at: datetime
    action: str
    login: str
    what: str
    dashboard: str
    chart: str
    dataset: str


def grouped(rows: Iterable[LoggedLook]) -> list[dict[str, Any]]:
    """One report per account, kind and dashboard (or chart, where it stood in none), in the order of the first."""
    found: dict[tuple[str, ...], list[LoggedLook]] = {}
    for row in rows:
        place = row.dashboard or row.chart or row.dataset
        found.setdefault((row.login, row.action, row.what, place), []).append(row)
    return [
        {
            "login": login,
            "is_download": action == DOWNLOADED,
            "what": what,
            "dashboard": looks[0].dashboard,
            "charts": sorted({each.chart for each in looks if each.chart}),
            "datasets": sorted({each.dataset for each in looks if each.dataset}),
            "count": len(looks),
            "first_at": looks[0].logged_at.isoformat(),
            "last_at": looks[-1].logged_at.isoformat(),
        }
        for (login, action, what, _), looks in found.items()
    ]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> int | None:
    try:
        number = int(str(value))
    except ValueError:
        return None
    return number if 0 <= number < 2**31 else None
