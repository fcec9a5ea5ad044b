"""Mines one project: categories, task instances, datamart and aggregates. Plain calls, no orchestrator.

Publishing the aggregates is `pipelines.publishing.swap.publish_project`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.mining.facts.project import MiningFacts
from pipelines.mining.lake.files import Lake, write_table
from pipelines.mining.projects import task_instances
from pipelines.mining.projects.categories import categorize_contexts
from pipelines.mining.projects.inputs import project_datasets, project_inputs, read_markers
from pipelines.mining.projects.permissions import project_permissions
from pipelines.mining.projects.task_instances import FoundInstances, find_task_instances, task_instances_table
from pipelines.resources.dbt_build import DbtBuilder

PROJECT_MODELS = ("tag:project",)


@dataclass(frozen=True, kw_only=True)
class ProjectMined:
    """One mining of one project: rows per dataset, and task instances left out by reason."""

    row_counts: Mapping[str, int]
    left_out: Mapping[str, int]
    tests: Mapping[str, Mapping[str, bool]]
    seconds: Mapping[str, float]
    """Execution time per model."""


def mine_project(lake: Lake, facts: MiningFacts, dbt: DbtBuilder) -> ProjectMined:
    """Categories, task instances, datamart and aggregates of one project; publishing them is another step."""
    categorize_contexts(lake, facts.rule_set, limits=dbt.limits)
    found = find_project_instances(lake, facts, dbt)
    return build_project(lake, facts, dbt, found)


def find_project_instances(lake: Lake, facts: MiningFacts, dbt: DbtBuilder) -> FoundInstances:
    """The task instances of the project, also written to the lake."""
    permissions = project_permissions(lake, facts, limits=dbt.limits)
    found = find_task_instances(facts, read_markers(lake, facts, limits=dbt.limits)).while_observed(
        {person: permission.observed for person, permission in permissions.items()}
    )
    table = task_instances_table(facts.project_id, found.instances)
    write_table(lake, table, lake.project_file(task_instances.DATASET, facts.project_id))
    return found


def build_project(lake: Lake, facts: MiningFacts, dbt: DbtBuilder, found: FoundInstances) -> ProjectMined:
    """Datamart and aggregates. `categorize_contexts` must have run for the rule set."""
    result = dbt.build(
        lake,
        select=PROJECT_MODELS,
        inputs=project_inputs(lake, facts, found.instances),
        datasets=project_datasets(lake, facts),
        project_id=facts.project_id,
    )
    row_counts = {task_instances.DATASET: len(found.instances), **result.row_counts}
    return ProjectMined(row_counts=row_counts, left_out=found.left_out, tests=result.tests, seconds=result.seconds)
