"""Which requests are looks and downloads, whatever else they say of themselves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.superset.loading import loaded

looks = loaded("looks")
CHART = {"form_data": {"slice_id": 7, "dashboardId": 2}, "datasource": {"id": 4, "type": "table"}}


def look_of(endpoint: str, arguments: dict[str, Any] | None = None, body: object = None, **answer: Any) -> Any:
    return looks.look_of(endpoint, arguments or {}, body, **{"status": 200, "is_file": False, **answer})


def test_a_dashboard_a_chart_on_it_and_a_query_are_looks() -> None:
    page = look_of("Superset.dashboard", {"dashboard_id_or_slug": "overall-activity"})
    assert (page.action, page.what, page.dashboard) == (looks.LOOKED_AT, "dashboard", "overall-activity")
    chart = look_of("ChartDataRestApi.data", body=CHART)
    assert (chart.what, chart.dashboard, chart.chart_id, chart.dataset_id) == ("chart", "2", 7, 4)
    assert look_of("SqlLabRestApi.execute_sql_query", body={"sql": "select 1"}).what == "sql_lab"


@pytest.mark.parametrize("endpoint", ["ChartDataRestApi.data", "SqlLabRestApi.export_csv", "Something.new_in_superset"])
def test_whatever_comes_as_a_file_is_a_download(endpoint: str) -> None:
    assert look_of(endpoint, is_file=True).action == looks.DOWNLOADED


def test_what_was_refused_or_shows_no_data_is_neither() -> None:
    assert look_of("ChartDataRestApi.data", body=CHART, status=403) is None
    assert look_of("SqlLabRestApi.export_csv", is_file=True, status=404) is None
    assert look_of("DashboardRestApi.get_list") is None
    assert look_of("") is None


@pytest.mark.parametrize("body", [None, [], "x", {"form_data": 3, "datasource": []}, {"form_data": {"slice_id": "x"}}])
def test_a_body_of_any_form_is_a_look_all_the_same(body: object) -> None:
    assert look_of("ChartDataRestApi.data", body=body).chart_id is None


def test_the_route_says_which_chart_it_is_and_not_the_body() -> None:
    assert look_of("ChartDataRestApi.get_data", {"pk": 5}, CHART).chart_id == 5
    assert look_of("ChartDataRestApi.data", body={"form_data": {"dashboardId": "\x00\ud800a'b"}}).dashboard == "ab"
    assert look_of("ChartDataRestApi.data", body={"form_data": {"slice_id": 2**40}}).chart_id is None


def test_the_charts_of_one_look_at_a_dashboard_are_one_report_and_the_downloads_another() -> None:
    def row(number: int, action: str = looks.LOOKED_AT, **names: str) -> Any:
        at = datetime(2025, 11, 3, 9, tzinfo=UTC) + timedelta(seconds=number)
        words = {
            "login": "stella",
            "what": "chart",
            "dashboard": "Overall activity",
            "chart": "",
            "dataset": "",
            **names,
        }
        return looks.LoggedLook(log_id=number, logged_at=at, action=action, **words)

    rows = [row(0, what="dashboard"), *(row(number, chart=f"Chart {number % 3}") for number in range(1, 7))]
    rows += [row(7, chart="Chart 1", action=looks.DOWNLOADED), row(8, login="admin", chart="Chart 1")]
    reports = looks.grouped(rows)
    assert [(each["login"], each["what"], each["is_download"], each["count"]) for each in reports] == [
        ("stella", "dashboard", False, 1),
        ("stella", "chart", False, 6),
        ("stella", "chart", True, 1),
        ("admin", "chart", False, 1),
    ]
    assert reports[1]["charts"] == ["Chart 0", "Chart 1", "Chart 2"]
    assert (reports[1]["first_at"], reports[1]["last_at"]) == ("2025-11-03T09:00:01+00:00", "2025-11-03T09:00:06+00:00")
    assert sum(each["count"] for each in reports) == len(rows)
