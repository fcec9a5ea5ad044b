"""What Dagster loads: the graph of assets as a picture, and that loading it costs and does nothing it need not."""

import subprocess
import sys

import dagster as dg

from pipelines.definitions import build_definitions

GRAPH = """\
activities ← event_pool
context_categories ← activities
contexts ← raw_events
dashboards ← marts
datamart ← context_categories, task_instances
event_pool ← contexts, raw_events
marts ← aggregates, datamart, task_instances
overall_activity/* ← datamart
raw_events ← 
task_activity/* ← datamart
task_instances ← context_categories
"""  # noqa: W291 raw_events has nothing before it
CHECKS = {"activities_are_sound", "dbt_tests", "raw_events_are_sound", "reconciles"}


def test_the_asset_graph_is_this() -> None:
    graph = build_definitions().resolve_asset_graph()
    lines = set()
    for key in graph.get_all_asset_keys():
        parents = sorted({_shown(parent, "aggregates") for parent in graph.get(key).parent_keys})
        lines.add(f"{_shown(key, key.path[0] + '/*')} ← {', '.join(parents)}")
    assert "\n".join(sorted(lines)) + "\n" == GRAPH


def _shown(key: dg.AssetKey, aggregate: str) -> str:
    return aggregate if len(key.path) > 1 else key.to_user_string()


def test_all_checks_block() -> None:
    graph = build_definitions().resolve_asset_graph()
    assert {key.name for key in graph.asset_check_keys} == CHECKS
    assert all(graph.get_check_spec(key).blocking for key in graph.asset_check_keys)


def test_jobs_sensors_and_the_schedule_are_there() -> None:
    definitions = build_definitions()
    assert {job.name for job in definitions.jobs or ()} == {
        "process_days",
        "mine_project",
        "purge_expired",
        "deploy_dashboards",
    }
    assert {sensor.name for sensor in definitions.sensors or ()} == {
        "approvals",
        "landed_batches",
        "mining_jobs",
        "failed_mining_runs",
        "published_marts",
    }
    assert {schedule.name for schedule in definitions.schedules or ()} == {"daily_retention"}


def test_loading_brings_neither_dbt_nor_great_expectations_nor_an_environment() -> None:
    script = """
import sys
import pipelines.definitions
heavy = {"dbt", "great_expectations", "pandas", "supersetapiclient"} & {name.split(".")[0] for name in sys.modules}
print(sorted(heavy))
"""
    loaded = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin"},
    )
    assert loaded.stdout.strip() == "[]"
