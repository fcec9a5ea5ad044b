"""Holds every run that the web server adds to what its account may, and writes it down before it is added.

All launches, also repeated ones, end in the storage of runs: that is where they are checked, audited and tagged.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster._core.execution.backfill import PartitionBackfill
from dagster._core.remote_representation.code_location import is_implicit_asset_job_name
from dagster._core.storage.dagster_run import DagsterRun

from pipelines.mining_run import ACCOUNT_TAG, MINING_JOB_TAG, PARENT_RUN_TAG
from pipelines.partitions import PARTITION_TAG, PROJECTS_NAME, find_project_id
from pipelines.web.contexts import CURRENT, AccountContext
from pipelines.web.sessions import Account, Action, ActionRefusedError, Sessions

ROOT_RUN_TAG = "dagster/root_run_id"
#: Those that Dagster's own pages set, and that say only what is run. Others can make a run somebody else's (of a
#: sensor, of a mining job), another's partition, or a container of any kind.
DAGSTERS_TAGS = {
    ".dagster/repository",
    "dagster/code_location",
    "dagster/from_ui",
    "dagster/is_asset_resume_retry",
    "dagster/is_resume_retry",
    "dagster/parent_run_id",
    "dagster/partition",
    "dagster/partition_set",
    "dagster/preset_name",
    "dagster/root_run_id",
    "dagster/solid_selection",
    "dagster/step_selection",
}
#: What a run that is repeated hands on and its repetition leaves behind: who and what asked for the first.
LEFT_BEHIND = frozenset({MINING_JOB_TAG, ACCOUNT_TAG})
MAX_NAMED_PARTITIONS = 100


def guard_storage(storage: Any, sessions: Sessions) -> None:
    """Wraps the two ways in which runs come into being, of the one object that the instance stores runs in.

    Who is not known adds nothing.
    """
    add_run, add_backfill = storage.add_run, storage.add_backfill

    def add_checked_run(run: DagsterRun) -> DagsterRun:
        context = _current()
        parent = _parent_of(run, context)
        run = run.with_tags(own_tags(run.tags, context.account, of_parent=parent.tags if parent else {}))
        _check_partition(run, context)
        projects = project_ids_of(run, context)
        _check_repetition(projects, parent, context)
        if run.run_config and not context.account.is_admin:
            raise ActionRefusedError("Only an admin launches with a configuration: leave it empty.")
        facts = {"job": run.job_name, "partition": run.tags.get(PARTITION_TAG), "repeats": run.parent_run_id}
        sessions.record(context.account, Action.LAUNCH, run.run_id, project_ids=projects, facts=facts)
        context.recorded.append(run.run_id)
        added: DagsterRun = add_run(run)
        return added

    def add_checked_backfill(backfill: PartitionBackfill) -> None:
        context = _current()
        former = dict(backfill.tags or {})
        backfill = backfill._replace(tags=own_tags(former, context.account, of_parent=former))
        facts = {
            "partitions": list(backfill.partition_names or ())[:MAX_NAMED_PARTITIONS],
            "title": backfill.title,
        }
        sessions.record(context.account, Action.LAUNCH, backfill.backfill_id, project_ids=[], facts=facts)
        context.recorded.append(backfill.backfill_id)
        add_backfill(backfill)

    storage.add_run, storage.add_backfill = add_checked_run, add_checked_backfill


def project_ids_of(run: DagsterRun, context: AccountContext) -> list[int]:
    """The project whose partition the run mines; empty for a run about anything else, also about no known project."""
    partition = run.tags.get(PARTITION_TAG, "")
    if not _is_of_projects(run, context) or partition not in context.instance.get_dynamic_partitions(PROJECTS_NAME):
        return []
    project_id = find_project_id(partition)
    return [] if project_id is None else [project_id]


def own_tags(tags: Mapping[str, str], account: Account, *, of_parent: Mapping[str, str]) -> dict[str, str]:
    """The tags that a run keeps, and whose it is. Raises ActionRefusedError for one that a client may not set."""
    foreign = {name for name in tags if "/" in name} - DAGSTERS_TAGS
    for name in sorted(foreign - LEFT_BEHIND):
        if tags[name] != of_parent.get(name):
            raise ActionRefusedError(f"The tag {name} cannot be set here: launch without it.")
    return {name: value for name, value in tags.items() if name not in foreign} | {ACCOUNT_TAG: account.login}


def _parent_of(run: DagsterRun, context: AccountContext) -> DagsterRun | None:
    """The run that this one repeats. Raises ActionRefusedError where its tags and its own word differ."""
    named = {PARENT_RUN_TAG: run.parent_run_id, ROOT_RUN_TAG: run.root_run_id}
    known = {said: context.instance.get_run_by_id(said) for said in set(named.values()) if said}
    for tag, said in named.items():
        if run.tags.get(tag, said) != said or (said and known[said] is None):
            raise ActionRefusedError(f"The tag {tag} names a run that this one does not repeat: launch without it.")
    return known[run.parent_run_id] if run.parent_run_id else None


def _check_partition(run: DagsterRun, context: AccountContext) -> None:
    """Dagster starts a run of any, which fails in its first step: nobody would know that it was about no project."""
    partition = run.tags.get(PARTITION_TAG, "")
    if _is_of_projects(run, context) and partition not in context.instance.get_dynamic_partitions(PROJECTS_NAME):
        raise ActionRefusedError(f"There is no partition {partition!r}: choose one of those that Dagster shows.")


def _check_repetition(projects: list[int], parent: DagsterRun | None, context: AccountContext) -> None:
    """A repetition reads what the first run left, so that it must be about the same."""
    if parent is not None and not context.account.is_admin and project_ids_of(parent, context) != projects:
        raise ActionRefusedError("This would repeat a run of another project: launch the partition itself.")


def _is_of_projects(run: DagsterRun, context: AccountContext) -> bool:
    return run.job_name == "mine_project" or (
        is_implicit_asset_job_name(run.job_name)
        and bool(run.asset_selection)
        and all(_is_cut_by_project(key, context) for key in run.asset_selection or ())
    )


def _is_cut_by_project(key: dg.AssetKey, context: AccountContext) -> bool:
    graph = context.asset_graph
    cut = graph.get(key).partitions_def if graph.has(key) else None
    return isinstance(cut, dg.DynamicPartitionsDefinition) and cut.name == PROJECTS_NAME


def _current() -> AccountContext:
    context = CURRENT.get()
    if context is None or not context.account.login:
        raise ActionRefusedError("Nobody is known to ask for this run: launch it when signed in.")
    return context
