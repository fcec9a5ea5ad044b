"""What Superset is told about the committed YAML; whether Superset likes it is a journey's question."""

from collections import Counter
from typing import Any

import pytest

from pipelines.dashboards.bundle.files import BundleFiles, read_bundle_files
from pipelines.dashboards.bundle.rendering import render
from pipelines.dashboards.errors import BundleError
from pipelines.dashboards.mart_contents import MartContents

CONTENTS = MartContents(
    projects={4: "2026-03-02"}, applications={"Office": ("Excel",)}, tasks=("Resolve incident",), projects_with_rows={}
)


def rendered(files: BundleFiles | None = None, contents: MartContents = CONTENTS) -> dict[str, dict[str, Any]]:
    return render(files or read_bundle_files(), sqlalchemy_uri="postgresql://", contents=contents)


def test_every_object_has_its_own_uuid_and_keeps_it() -> None:
    first, second = rendered(), rendered()
    uuids = {path: content["uuid"] for path, content in first.items() if path != "metadata.yaml"}
    assert [uuid for uuid, count in Counter(uuids.values()).items() if count > 1] == []
    assert uuids == {path: content["uuid"] for path, content in second.items() if path != "metadata.yaml"}


def test_every_object_bears_the_mark_by_which_it_is_pruned() -> None:
    unmarked = [path for path, content in rendered().items() if not content.get("is_managed_externally")]
    assert unmarked == ["metadata.yaml"]


def test_every_place_of_the_grid_names_a_chart_of_the_bundle() -> None:
    bundle = rendered()
    charts = {content["uuid"]: content["slice_name"] for path, content in bundle.items() if path.startswith("charts/")}
    for path in ("dashboards/overall_activity.yaml", "dashboards/task_activity.yaml"):
        places = [block["meta"] for block in _blocks(bundle[path]) if block["type"] == "CHART"]
        assert places
        assert {place["uuid"]: place["sliceName"] for place in places}.items() <= charts.items()
        assert len({place["chartId"] for place in places}) == len(places)


def test_a_column_that_is_not_shown_is_offered_to_no_chart_and_no_filter() -> None:
    columns = rendered()["datasets/marts/overall_activity_applications.yaml"]["columns"]
    offered = {each["column_name"]: (each["groupby"], each["filterable"]) for each in columns}
    assert offered["alias"] == offered["user_day"] == (False, False)
    assert offered["person"] == (True, True)


def test_a_filter_reaches_exactly_the_charts_whose_mart_has_its_column() -> None:
    files = read_bundle_files()
    dashboard = rendered()["dashboards/task_activity.yaml"]
    numbers = {
        block["meta"]["uuid"]: block["meta"]["chartId"] for block in _blocks(dashboard) if block["type"] == "CHART"
    }
    bundle = rendered()
    by_name = {filter_["name"]: filter_ for filter_ in dashboard["metadata"]["native_filter_configuration"]}
    reached = {
        name
        for name in files.charts
        if numbers.get(bundle[f"charts/{name}.yaml"]["uuid"]) not in {None, *by_name["Task"]["scope"]["excluded"]}
    }
    assert reached == {
        name
        for name, chart in files.charts.items()
        if name.startswith("task_activity/") and "task_name" in files.datasets[chart.dataset].columns
    }


def test_one_project_at_a_time_and_the_other_filters_offer_only_its_values() -> None:
    for path in ("dashboards/overall_activity.yaml", "dashboards/task_activity.yaml"):
        filters = {each["name"]: each for each in rendered()[path]["metadata"]["native_filter_configuration"]}
        controls = filters["Project"]["controlValues"]
        assert (controls["multiSelect"], controls["defaultToFirstItem"], filters["Project"]["requiredFirst"]) == (
            False,
            True,
            True,
        )
        assert filters["Category"]["cascadeParentIds"] == [filters["Project"]["id"]]


def test_a_chart_over_days_listens_to_the_filter_on_dates() -> None:
    bundle = rendered()
    filters = bundle["charts/overall_activity/kinds_by_day.yaml"]["params"]["adhoc_filters"]
    assert [(each["subject"], each["operator"]) for each in filters] == [
        ("day", "TEMPORAL_RANGE"),
        ("activity_kind", "!="),
    ]
    assert bundle["charts/overall_activity/collection.yaml"]["params"]["adhoc_filters"] == []


def test_mining_again_changes_the_datasets_so_that_no_cached_answer_is_shown() -> None:
    later = MartContents(projects={4: "2026-03-03"}, applications={}, tasks=(), projects_with_rows={})
    path = "datasets/marts/overall_activity_days.yaml"
    assert rendered()[path]["extra"] != rendered(contents=later)[path]["extra"]


def test_a_chart_that_reads_an_unknown_dataset_is_named(tmp_path: Any) -> None:
    files = read_bundle_files()
    stray = {**files.datasets}
    del stray["overall_activity_days"]
    broken = BundleFiles(**{**_fields(files), "datasets": stray})
    with pytest.raises(BundleError, match=r"charts/overall_activity/active.* reads the dataset overall_activity_days"):
        rendered(broken)


def test_a_dashboard_that_shows_an_unknown_chart_is_named() -> None:
    files = read_bundle_files()
    fewer = {name: chart for name, chart in files.charts.items() if name != "task_activity/timeline"}
    with pytest.raises(BundleError, match=r"dashboards/task_activity.yaml shows task_activity/timeline"):
        rendered(BundleFiles(**{**_fields(files), "charts": fewer}))


def _blocks(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    return [block for block in dashboard["position"].values() if isinstance(block, dict)]


def _fields(files: BundleFiles) -> dict[str, Any]:
    return {name: getattr(files, name) for name in files.__struct_fields__}
