"""Builds days: landed events become raw events, event pool and activities. Plain calls, no orchestrator.

Days follow from what landed: see `pipelines.mining.days.rebuild`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from pipelines.mining.days.carried_states import read_carried_states
from pipelines.mining.days.event_verdicts import judge_contexts
from pipelines.mining.days.inputs import daily_datasets, daily_inputs, read_days, read_events, surroundings
from pipelines.mining.days.rebuild import Days, days_to_rebuild, next_built_days
from pipelines.mining.days.reconciliation import Discrepancy, reconcile
from pipelines.mining.days.unsound import set_aside_person_days
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.facts.task_marks import read_task_marks
from pipelines.mining.lake.contexts import add_contexts, merge_contexts, read_contexts
from pipelines.mining.lake.files import Lake
from pipelines.mining.raw_events.compaction import Compaction, compact
from pipelines.mining.raw_events.examination import set_unreadable_days_aside
from pipelines.mining.raw_events.touched_days import read_touched_days
from pipelines.resources.dbt_build import BuildResult, DbtBuilder, DbtBuildError

DAILY_MODELS = ("tag:daily",)


@dataclass(frozen=True, kw_only=True)
class DaysBuilt:
    """What was built: the days in order, and rows per dataset."""

    days: tuple[date, ...] = ()
    row_counts: Mapping[str, int] = field(default_factory=dict)
    tests: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Execution time per model."""
    sorted_again: Mapping[str, int] = field(default_factory=dict)
    """Day files that came out of order and were sorted, by dataset."""
    discrepancies: tuple[Discrepancy, ...] = ()
    """Of days of people that do not add up. They were set aside: nothing is mined from them."""


@dataclass(frozen=True, kw_only=True)
class DaysProcessed:
    """One pass of `process_days`."""

    compaction: Compaction
    built: DaysBuilt


def process_days(lake: Lake, facts: CollectionFacts, dbt: DbtBuilder, *, days: Sequence[date] = ()) -> DaysProcessed:
    """Absorbs what landed and builds the days that follow from it, and `days` in any case."""
    compaction = compact(lake, facts)
    return DaysProcessed(compaction=compaction, built=build_days(lake, facts, dbt, days=days))


def build_days(lake: Lake, facts: CollectionFacts, dbt: DbtBuilder, *, days: Sequence[date] = ()) -> DaysBuilt:
    """Event pool and activities of every day that raw events touched since the last build, and of `days`."""
    merge_contexts(lake)
    touched = read_touched_days(lake)
    queue = days_to_rebuild(read_carried_states(lake), touched.days, facts, also=days)
    built: list[date] = []
    row_counts: dict[str, int] = {}
    tests: dict[str, dict[str, bool]] = {}
    seconds: dict[str, float] = {}
    sorted_again: Counter[str] = Counter()
    discrepancies: list[Discrepancy] = []
    verdicts = _verdicts(lake, facts, dbt) if queue else None
    while queue:
        chosen = queue.pop(0)
        try:
            result, differing, following = _build_range(lake, facts, dbt, chosen, verdicts)
        except DbtBuildError:
            if not set_unreadable_days_aside(lake, chosen):
                raise
            result, differing, following = _build_range(lake, facts, dbt, chosen, verdicts)
        built.extend(chosen)
        discrepancies.extend(differing)
        for each in differing:
            set_aside_person_days(lake, [(each.workstation_user_id, each.day)], f"Days do not add up: {each}.")
        for name, count in result.row_counts.items():
            row_counts[name] = row_counts.get(name, 0) + count
        sorted_again.update(result.sorted_again)
        for model, of_model in result.seconds.items():
            seconds[model] = seconds.get(model, 0.0) + of_model
        for model, outcomes in result.tests.items():
            known = tests.setdefault(model, {})
            known.update({name: passed and known.get(name, True) for name, passed in outcomes.items()})
        if following and not (queue and queue[0][0] <= following[-1]):
            queue.insert(0, following)
    touched.settle()
    return DaysBuilt(
        days=tuple(sorted(set(built))),
        row_counts=row_counts,
        tests=tests,
        seconds=seconds,
        sorted_again=sorted_again,
        discrepancies=tuple(discrepancies),
    )


def _verdicts(lake: Lake, facts: CollectionFacts, dbt: DbtBuilder) -> pa.Table:
    """The event filters' verdicts on all known contexts; contexts that masking makes become known too."""
    contexts = read_contexts(lake)
    verdicts, masked = judge_contexts(contexts, facts.event_filters, replacement=facts.replacement, limits=dbt.limits)
    known = set(contexts["context_key"].to_pylist()) if masked else set()
    add_contexts(lake, [context for context in masked if context.key not in known])
    return verdicts


def _build_range(
    lake: Lake, facts: CollectionFacts, dbt: DbtBuilder, days: Days, verdicts: pa.Table
) -> tuple[BuildResult, list[Discrepancy], Days]:
    """Builds and reconciles one range; says which days follow because what they start from has changed."""
    carried = read_carried_states(lake)
    marks = read_task_marks(lake, "raw_events", facts.assignments, days, limits=dbt.limits)
    inputs = daily_inputs(facts, facts.permissions(marks), carried, days, verdicts)
    result = dbt.build(lake, select=DAILY_MODELS, inputs=inputs, datasets=daily_datasets(lake, days), days=days)
    events = read_events(lake, days)
    activities = read_days(lake, "activities", days, ("workstation_user_id", "started_us", "ended_us"))
    discrepancies = reconcile(events, activities, inputs["collectable_spans"], surroundings(inputs))
    after = read_carried_states(lake)
    following = next_built_days(carried, after, lake.days("activities_carry"), days[-1], facts)
    return result, discrepancies, following
