"""What a client reads on the dashboards: titles, units, axes, no raw ids. How it looks, a browser says (`look.py`)."""

import re

import pytest

from pipelines.dashboards.bundle.files import read_bundle_files

FILES = read_bundle_files()
RAW_IDS = {"project_id", "task_instance_id", "rule_set_version_id", "user_day", "used_user_day"}
WITH_AXES = {"echarts_timeseries_bar"}


def test_the_two_dashboards_have_the_filters_people_ask_for() -> None:
    names = {analysis: {each.name for each in board.filters} for analysis, board in FILES.dashboards.items()}
    asked = {"Dates", "Project", "Category", "Application", "Person"}
    assert names == {"overall_activity": asked, "task_activity": asked | {"Task"}}


def test_every_chart_stands_on_the_dashboard_of_its_analysis_once() -> None:
    placed = [chart for board in FILES.dashboards.values() for row in board.rows for chart in row.charts]
    assert sorted(placed) == sorted(FILES.charts)


def test_no_row_is_wider_than_the_grid() -> None:
    widths = [sum(row.charts.values()) for board in FILES.dashboards.values() for row in board.rows if row.charts]
    assert set(widths) == {12}


@pytest.mark.parametrize("name", FILES.charts)
def test_titles_are_plain_words(name: str) -> None:
    chart = FILES.charts[name]
    for words in (chart.slice_name, chart.unit, chart.description):
        assert not re.search(r"[a-z]_[a-z]", words), words
    assert chart.slice_name[0].isupper()
    assert chart.description.endswith(".")


@pytest.mark.parametrize("name", FILES.charts)
def test_no_chart_shows_a_raw_id(name: str) -> None:
    params = FILES.charts[name].params
    shown = [params.get("x_axis"), *params.get("all_columns", [])]
    grouped = params.get("groupby", [])
    shown += [grouped] if isinstance(grouped, str) else grouped
    assert not RAW_IDS & {each for each in shown if each}


@pytest.mark.parametrize("name", [name for name, chart in FILES.charts.items() if chart.viz_type in WITH_AXES])
def test_axes_have_titles(name: str) -> None:
    chart = FILES.charts[name]
    horizontal = chart.params.get("orientation") == "horizontal"
    assert chart.params["y_axis_title"]
    assert chart.params.get("x_axis_title") or horizontal


def test_labels_are_words_and_metrics_with_the_same_label_mean_the_same_unit() -> None:
    for dataset in FILES.datasets.values():
        labels = [column.label for column in dataset.columns.values()] + [
            each.label for each in dataset.metrics.values()
        ]
        assert not [label for label in labels if "_" in label]
