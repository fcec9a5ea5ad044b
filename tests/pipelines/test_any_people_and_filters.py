"""Whatever people, windows and filters there are, days are built, in order, with the rows of a plain walk in Python."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from domain.assignments.permission import Permission
from domain.conditions.tree import Comparison, Field, Operator
from domain.contexts import EXCLUDED_CONTEXT_KEY, Context
from domain.dates.collection_windows import CollectionWindow
from domain.dates.days import day_bounds_us
from domain.event_batches import to_microseconds
from domain.event_filters.rules import EventFilter, FilterAction, FilterAttribute, masked_context, verdict
from domain.event_kinds import DEFINITIONS, KIND_BY_CODE
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.lake.contexts import read_contexts
from pipelines.mining.lake.files import Lake
from pipelines.mining.raw_events import compaction
from pipelines.steps.days import process_days
from tests.fixtures.assignments import all_continuous
from tests.fixtures.generated_landing import FIRST_DAY, GeneratedLanding, generate_landing
from tests.pipelines.builders import dbt_builder, read_dataset

PEOPLE = 3
NOON_US = day_bounds_us(FIRST_DAY, "UTC")[0] + 12 * 3_600_000_000
HOUR_US = 3_600_000_000
EVERYTHING = [CollectionWindow(person, 0) for person in range(1, PEOPLE + 1)]
TWO_WINDOWS = [
    CollectionWindow(1, 0),
    CollectionWindow(2, 0, NOON_US - HOUR_US),
    CollectionWindow(2, NOON_US + HOUR_US),
    CollectionWindow(3, NOON_US, NOON_US + 2 * HOUR_US),
    CollectionWindow(3, 0, NOON_US - 2 * HOUR_US),
]
WITHDRAWN = [CollectionWindow(1, 0), CollectionWindow(3, 0)]
EXCLUDED = EventFilter(
    "No pages", FilterAction.EXCLUDE, Comparison(Field.WINDOW_TITLE, Operator.MATCHES, r"-00[0-4]\d -")
)
MASKED = EventFilter(
    "No titles",
    FilterAction.REPLACE,
    Comparison(Field.WINDOW_TITLE, Operator.MATCHES, r"-00[5-9]\d -"),
    (FilterAttribute.NAME,),
)
SITUATIONS: Mapping[str, tuple[list[CollectionWindow], tuple[EventFilter, ...], int]] = {
    "two windows beside one": (TWO_WINDOWS, (), 10**9),
    "an excluded window in the middle": (EVERYTHING, (EXCLUDED,), 10**9),
    "a masked window in the middle": (EVERYTHING, (MASKED,), 10**9),
    "a withdrawn person between two": (WITHDRAWN, (), 10**9),
    "more rows than memory holds at a time": (EVERYTHING, (), 4_000),
    "everything at once": (TWO_WINDOWS, (EXCLUDED, MASKED), 4_000),
}


def facts_of(
    landing: GeneratedLanding, windows: list[CollectionWindow], filters: tuple[EventFilter, ...]
) -> CollectionFacts:
    zones = dict.fromkeys(range(1, PEOPLE + 1), "UTC")
    return CollectionFacts(zones, all_continuous(windows), landing.files, filters)


def plain_pool(lake: Lake, facts: CollectionFacts) -> list[tuple[Any, ...]]:
    """The event pool as one says it: an event after the other."""
    contexts = {row["context_key"]: row for row in read_contexts(lake).to_pylist()}
    permissions: dict[int, Permission] = facts.permissions({})
    pool = []
    for row in read_dataset(lake, "raw_events").to_pylist():
        at_us, kind = to_microseconds(row["occurred_at"]), KIND_BY_CODE[row["kind"]]
        permission = permissions.get(row["workstation_user_id"], Permission())
        if not permission.allows(at_us, session_key=row["session_key"]):
            continue
        known = contexts[row["context_key"]]
        context = Context(known["application"], known["window_title"], known["url"])
        fields = {"application": context.application, "window_title": context.window_title, "url": context.url}
        said = verdict(facts.event_filters, {**fields, "kind": kind})
        key, count = masked_context(context, said.masked_fields, replacement=facts.replacement).key, row["key_count"]
        if said.is_excluded:
            if not DEFINITIONS[kind].is_kept_of_excluded:
                continue
            key, count = EXCLUDED_CONTEXT_KEY, 0
        event = row["workstation_user_id"], at_us, row["session_key"], row["sequence"], row["kind"], key, count
        pool.append((*event, row["day"]))
    return sorted(pool, key=lambda event: (event[-1], *event[:4]))


@pytest.mark.parametrize("target", ["streaming", "portable"])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_days_are_built_in_order_whoever_may_be_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, situation: str, target: str
) -> None:
    windows, filters, rows_at_a_time = SITUATIONS[situation]
    monkeypatch.setattr(compaction, "ROWS_AT_A_TIME", rows_at_a_time)
    landing = generate_landing(tmp_path, events=30_000, people=PEOPLE, days=1)
    lake, facts = Lake(tmp_path), facts_of(landing, windows, filters)
    assert not process_days(lake, facts, dbt_builder(target)).built.discrepancies
    stored = [tuple(row.values()) for row in read_dataset(lake, "event_pool").to_pylist()]
    assert stored == plain_pool(lake, facts)
    assert stored
