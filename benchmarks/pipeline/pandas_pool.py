"""The event pool in plain pandas: collection windows and event filters applied to events, stored by day.

`pandas_pipeline` stores raw events and finds activities.
"""

import warnings
from pathlib import Path

import pandas as pd

from domain.conditions.tree import AnyOf, Comparison, Condition, Operator
from domain.contexts import EXCLUDED_CONTEXT_KEY
from domain.event_filters.rules import EventFilter, FilterAction
from domain.event_kinds import DEFINITIONS
from domain.landing_files import CONTEXTS_FOLDER
from pipelines.mining.facts.collection import CollectionFacts

DAY_US = 86_400 * 1_000_000
POOL = ["workstation_user_id", "us", "session_key", "sequence", "kind", "context_key", "key_count"]
KEPT_OF_EXCLUDED = [row.code for row in DEFINITIONS.values() if row.is_kept_of_excluded]


def read_contexts(folder: Path) -> pd.DataFrame:
    """Every context once, by its key."""
    contexts = pd.concat([pd.read_parquet(path) for path in sorted((folder / CONTEXTS_FOLDER).glob("*.parquet"))])
    return contexts.drop_duplicates("context_key").set_index("context_key")


def store_pool(events: pd.DataFrame, contexts: pd.DataFrame, facts: CollectionFacts, stored: Path) -> pd.DataFrame:
    """The events that may be kept, in their order; people have one collection window each here."""
    person = events["workstation_user_id"]
    windows = pd.DataFrame(
        [(each.workstation_user_id, *each.window) for each in facts.assignments],
        columns=["person", "starts_us", "ends_us"],
    ).set_index("person")
    inside = (events["us"] >= person.map(windows["starts_us"])) & (events["us"] < person.map(windows["ends_us"]))
    elsewhere = events["context_key"].isin(contexts.index[_is_excluded(contexts, facts.event_filters)])
    pool = events[inside & (~elsewhere | events["kind"].isin(KEPT_OF_EXCLUDED))].copy()
    pool["context_key"] = pool["context_key"].where(~elsewhere, EXCLUDED_CONTEXT_KEY)
    for day, of_day in pool.groupby(pool["us"] // DAY_US):
        of_day[POOL].to_parquet(stored / f"pool-day={day}.parquet", compression="zstd", index=False)
    return pool


def _is_excluded(contexts: pd.DataFrame, filters: tuple[EventFilter, ...]) -> "pd.Series[bool]":
    found = pd.Series(data=False, index=contexts.index)
    for each in filters:
        assert each.action is FilterAction.EXCLUDE
        found |= _holds(contexts, each.condition)
    return found


def _holds(contexts: pd.DataFrame, condition: Condition) -> "pd.Series[bool]":
    if isinstance(condition, AnyOf):
        found = pd.Series(data=False, index=contexts.index)
        for each in condition.conditions:
            found |= _holds(contexts, each)
        return found
    assert isinstance(condition, Comparison)
    assert condition.operator is Operator.MATCHES
    if condition.field not in contexts:
        return pd.Series(data=False, index=contexts.index)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "This pattern is interpreted as a regular expression, and has match groups")
        return contexts[condition.field].str.contains(condition.value, case=False, regex=True)
