"""What Dagster loads: the graph of assets as a picture, and that loading it costs and does nothing it need not."""

import subprocess
import sys

import dagster as dg
import pytest

from pipelines.assets.dbt_models import model_key
from pipelines.definitions import build_definitions
from pipelines.resources.compiled_models import CompiledModel
from tests.pipelines.builders import dbt_builder

GRAPH = """\
activities ← collectable_pieces
activities_carry ← activity_stretches
activity_pieces ← activity_runs, run_states
activity_runs ← event_pool
activity_stretches ← activity_pieces
application_kinds ← categorized_contexts, project_visits
categorized_contexts ← context_categories
collectable_pieces ← activity_stretches
context_categories ← activities
contexts ← raw_events
copy_pastes ← event_pool
dashboards ← marts
datamart ← categorized_contexts, project_visits
event_pool ← judged_events
judged_events ← contexts, raw_events
marts ← aggregates, datamart, task_instances
overall_activity/overall_activity_applications ← project_visits, shown_contexts, user_day_categories
overall_activity/overall_activity_collection ← event_pool, user_day_categories
overall_activity/overall_activity_copy_paste ← context_categories, copy_pastes, task_instances
overall_activity/overall_activity_days ← user_day_categories, user_day_fragments, user_day_switches
overall_activity/overall_activity_hours ← datamart
overall_activity/overall_activity_kinds ← user_day_categories
overall_activity/overall_activity_windows ← project_visits, shown_contexts
project_pieces ← activities, categorized_contexts, task_instances
project_visits ← project_pieces
raw_events ← 
run_states ← activity_runs
shown_contexts ← application_kinds, categorized_contexts, project_visits
task_activity/task_activity_applications ← application_kinds, task_pieces
task_activity/task_activity_in_out ← user_day_categories
task_activity/task_activity_instances ← task_instances, task_pieces
task_activity/task_activity_timeline ← task_instances, task_pieces
task_instances ← context_categories, task_markers
task_markers ← judged_events
task_pieces ← datamart, task_instances
user_day_categories ← categorized_contexts, project_visits
user_day_fragments ← project_visits
user_day_switches ← project_visits
"""  # noqa: W291 raw_events has nothing before it
CHECKS_OF_PYTHON = {"activities_are_sound", "raw_events_are_sound", "reconciles"}


@pytest.fixture(scope="module")
def models() -> tuple[CompiledModel, ...]:
    return dbt_builder().models()


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_definitions({"dbt": dbt_builder()})


def test_the_asset_graph_is_this(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    lines = set()
    for key in graph.get_all_asset_keys():
        parents = sorted({_shown(parent, "aggregates") for parent in graph.get(key).parent_keys})
        lines.add(f"{_shown(key, '/'.join(key.path))} ← {', '.join(parents)}")
    assert "\n".join(sorted(lines)) + "\n" == GRAPH


def _shown(key: dg.AssetKey, aggregate: str) -> str:
    return aggregate if len(key.path) > 1 else key.to_user_string()


def test_every_dbt_model_is_a_node_with_what_dbt_says_of_it(
    definitions: dg.Definitions, models: tuple[CompiledModel, ...]
) -> None:
    graph = definitions.resolve_asset_graph()
    for model in models:
        node = graph.get(model_key(model))
        assert (node.description, node.group_name) == (model.description, model.group)
        assert node.kinds == {"dbt", "duckdb"}
        assert model.sql.strip() in node.metadata["compiled_sql"].value
        schema = node.metadata.get("dagster/column_schema")
        columns = [] if schema is None else [column.name for column in schema.columns]
        assert columns == [column.name for column in model.columns]


def test_every_asset_has_owners_and_kinds(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    nodes = [graph.get(key) for key in graph.get_all_asset_keys()]
    assert not [node.key for node in nodes if not node.owners or not node.kinds or not node.description]


def test_every_data_test_of_dbt_is_a_check_of_its_model_and_all_checks_block(
    definitions: dg.Definitions, models: tuple[CompiledModel, ...]
) -> None:
    graph = definitions.resolve_asset_graph()
    of_dbt = {(model_key(model), test.name) for model in models for test in model.tests}
    assert of_dbt
    found = {(key.asset_key, key.name) for key in graph.asset_check_keys}
    assert {(key, name) for key, name in found if name not in CHECKS_OF_PYTHON} == of_dbt
    assert {name for _, name in found} >= CHECKS_OF_PYTHON
    assert all(graph.get_check_spec(key).blocking for key in graph.asset_check_keys)


def test_each_job_says_what_it_waits_for(definitions: dg.Definitions) -> None:
    assert not [job.name for job in definitions.jobs or () if len((job.description or "").split(". ")) < 2]


def test_jobs_sensors_and_the_schedule_are_there(definitions: dg.Definitions) -> None:
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
        "project_partitions",
        "deleted_projects",
        "ended_mining_runs",
        "published_marts",
    }
    assert {schedule.name for schedule in definitions.schedules or ()} == {"daily_retention"}


def test_loading_brings_neither_dbt_nor_great_expectations_nor_an_environment() -> None:
    script = """
import sys
from pathlib import Path
from pipelines.definitions import build_definitions, defs
from pipelines.resources.dbt_build import DbtBuilder
build_definitions({"dbt": DbtBuilder(target_folder=Path(sys.argv[1]))}).get_repository_def()
heavy = {"dbt", "great_expectations", "pandas", "supersetapiclient"} & {name.split(".")[0] for name in sys.modules}
print(sorted(heavy))
"""
    dbt_builder().models()
    loaded = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(dbt_builder().target_folder)],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin"},
    )
    assert loaded.stdout.strip() == "[]"
