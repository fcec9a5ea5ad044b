"""The job that builds days."""

import dagster as dg
import pytest

from domain.landing_files import LANDING_FOLDER
from pipelines.mining.days.reconciliation import Discrepancy
from pipelines.steps import days
from tests.fixtures import golden_day as golden
from tests.pipelines.builders import dbt_builder
from tests.pipelines.golden_runs import GoldenRuns, Result


def test_a_day_is_built_and_its_checks_pass(processed: Result) -> None:
    checks = {check.check_name: check.passed for check in processed.get_asset_check_evaluations()}
    assert set(checks.values()) == {True}
    assert checks.keys() >= {
        "raw_events_are_sound",
        "reconciles",
        "activities_are_sound",
        "positive_activities_duration_us",
    }
    shown = {
        event.asset_key.to_user_string(): event.materialization.metadata
        for event in processed.get_asset_materialization_events()
        if event.asset_key
    }
    daily = {model.name for model in dbt_builder().models() if model.is_selected(["tag:daily"])}
    assert shown.keys() == {"raw_events", "contexts", *daily}
    assert shown["activities"]["dagster/row_count"].value == len(golden.ACTIVITIES)
    assert f"{golden.DAY} " in str(shown["activities"]["rows_per_day"].value)


@pytest.mark.usefixtures("processed")
def test_a_landing_file_goes_when_it_is_absorbed(runs: GoldenRuns) -> None:
    assert list(runs.governed.lake.dataset(LANDING_FOLDER).iterdir()) == []


@pytest.mark.usefixtures("processed")
def test_the_same_day_again_changes_no_file(runs: GoldenRuns) -> None:
    stored = runs.files()
    runs.build_day()
    assert runs.files() == stored


@pytest.mark.usefixtures("processed")
def test_a_day_that_does_not_reconcile_is_set_aside_and_admins_are_told(
    runs: GoldenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Discrepancy(workstation_user_id=1, day=golden.DAY, activities_us=1, observed_us=2, is_disjoint=True)]
    lake, before = runs.governed.lake, len(runs.governed.api.told)
    with monkeypatch.context() as patched:
        patched.setattr(days, "reconcile", lambda *_: found)
        lake.day_file("activities_carry", golden.DAY).unlink()
        result = runs.build_day()
    checks = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert (checks["reconciles"].passed, checks["reconciles"].severity) == (False, dg.AssetCheckSeverity.WARN)
    assert not lake.day_file("activities", golden.DAY).exists()
    ((_, told),) = runs.told_from(before)
    counted = sum(each.event_count for each in golden.ACTIVITIES)
    assert [(loss["reason"], loss["event_count"]) for loss in told["losses"]] == [("unsound_day", counted)]
    lake.day_file("activities_carry", golden.DAY).unlink()
    runs.build_day()
    assert lake.day_file("activities", golden.DAY).exists()


@pytest.mark.usefixtures("processed")
def test_one_bad_file_stops_nothing_and_admins_are_told(runs: GoldenRuns) -> None:
    landing, before = runs.governed.lake.dataset(LANDING_FOLDER), len(runs.governed.api.told)
    stored = {name: content for name, content in runs.files().items() if "activities" in name}
    runs.governed.land_golden_day()
    min(landing.glob("*.parquet")).write_bytes(b"no events")
    assert runs.build_day().success
    assert list(landing.iterdir()) == []
    ((_, told),) = runs.told_from(before)
    assert [loss["reason"] for loss in told["losses"]] == ["unreadable_file"]
    assert {name: content for name, content in runs.files().items() if "activities" in name} == stored
