"""The same road in plain pandas: landed files → seconds by day, person, activity kind, category and application.

Written as somebody would who knows pandas well and wants the same answer: vectorised throughout, distinct contexts
categorized once. It keeps nothing on disk, filters nothing and publishes nothing, all of which the product does.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from domain.activity_states import ENDS_OBSERVATION, STATE_AFTER, ActivityState
from domain.categorization_rules import MAX_RULE, STATE_RULES, RuleSet
from domain.conditions.tree import Comparison, Operator
from domain.event_kinds import CODE_BY_KIND, EventKind

OFF_THRESHOLD_US = 7_200 * 1_000_000
COLUMNS = ["workstation_user_id", "occurred_at", "session_key", "sequence", "kind", "context_key"]
GROUP = ["day", "workstation_user_id", "activity_kind", "category", "application"]


def seconds_by_application(folder: Path, rules: RuleSet) -> pd.DataFrame:
    """Columns GROUP and duration_us. For people in UTC, as the generated landing has them."""
    activities = _activities(_events(folder))
    categorized = _categorize(activities, _contexts(folder, rules))
    return categorized.groupby(GROUP, as_index=False)["duration_us"].sum()


def _events(folder: Path) -> pd.DataFrame:
    files = sorted((folder / "landing").glob("*.parquet"))
    events = pd.concat([pd.read_parquet(path, columns=COLUMNS) for path in files], ignore_index=True)
    events = events.drop_duplicates(["session_key", "sequence"])
    events["us"] = events.pop("occurred_at").astype("int64")
    return events.sort_values(["workstation_user_id", "us", "session_key", "sequence"], ignore_index=True)


def _activities(events: pd.DataFrame) -> pd.DataFrame:
    """Stretches from event to event, merged, judged and cut at midnight of UTC."""
    person = events["workstation_user_id"]
    states = {CODE_BY_KIND[kind]: str(state) for kind, state in STATE_AFTER.items()}
    states |= dict.fromkeys((CODE_BY_KIND[kind] for kind in ENDS_OBSERVATION), "unobserved")
    events["state"] = events["kind"].map(states).groupby(person).ffill().fillna("active")
    following = events.groupby("workstation_user_id")[["us", "kind"]].shift(-1)
    frontier = np.where(events["state"].isin(["active", "unobserved"]), events["us"], events["us"].max())
    events["end"] = following["us"].where(following["us"].notna(), frontier).astype("int64")
    crashed = (following["kind"] == CODE_BY_KIND[EventKind.SESSION_STARTED]) & (events["state"] != "unobserved")
    events["end"] = events["end"].where(~crashed, events["us"])
    stretches = events[(events["state"] != "unobserved") & (events["end"] > events["us"])].copy()
    stretches["context_key"] = stretches["context_key"].where(stretches["state"] == "active", 0)
    same = (
        (stretches["workstation_user_id"] == stretches["workstation_user_id"].shift())
        & (stretches["state"] == stretches["state"].shift())
        & (stretches["context_key"] == stretches["context_key"].shift())
        & (stretches["us"] == stretches["end"].shift())
    )
    merged = stretches.groupby((~same).cumsum()).agg(
        workstation_user_id=("workstation_user_id", "first"),
        state=("state", "first"),
        context_key=("context_key", "first"),
        us=("us", "first"),
        end=("end", "last"),
    )
    long = merged["state"].isin(["locked", "private"]) & (merged["end"] - merged["us"] > OFF_THRESHOLD_US)
    merged["state"] = merged["state"].where(~long, str(ActivityState.OFF))
    return _cut_at_midnight(merged)


def _cut_at_midnight(activities: pd.DataFrame) -> pd.DataFrame:
    day_us = 86_400 * 1_000_000
    first, last = activities["us"] // day_us, (activities["end"] - 1) // day_us
    cut = activities.loc[activities.index.repeat((last - first + 1).to_numpy())].copy()
    cut["number"] = cut["us"] // day_us + cut.groupby(level=0).cumcount()
    starts = np.maximum(cut["us"], cut["number"] * day_us)
    cut["duration_us"] = np.minimum(cut["end"], (cut["number"] + 1) * day_us) - starts
    cut["day"] = pd.to_datetime(cut["number"], unit="D").dt.date
    return cut


def _contexts(folder: Path, rules: RuleSet) -> pd.DataFrame:
    contexts = pd.concat([pd.read_parquet(path) for path in sorted((folder / "contexts").glob("*.parquet"))])
    contexts = contexts.drop_duplicates("context_key").set_index("context_key")
    contexts["activity_kind"], contexts["category"] = str(MAX_RULE.activity_kind), MAX_RULE.category
    contexts["shown"] = MAX_RULE.application
    folded = {name: contexts[name].str.lower() for name in ("application", "window_title", "url")}
    waiting = pd.Series(True, index=contexts.index)
    for rule in rules.ranked:
        condition = rule.condition
        assert isinstance(condition, Comparison)
        text, value = folded[str(condition.field)], condition.value.lower()
        holds = text == value if condition.operator is Operator.IS else text.str.contains(value, regex=False)
        chosen = waiting & holds
        contexts.loc[chosen, ["activity_kind", "category"]] = [str(rule.activity_kind), rule.category]
        contexts.loc[chosen, "shown"] = contexts.loc[chosen, "application"]
        waiting &= ~chosen
    return contexts[["activity_kind", "category", "shown"]].rename(columns={"shown": "application"})


def _categorize(activities: pd.DataFrame, contexts: pd.DataFrame) -> pd.DataFrame:
    active = activities["state"] == "active"
    seen = activities[active].merge(contexts, left_on="context_key", right_index=True)
    rules = pd.DataFrame(
        [(str(state), str(rule.activity_kind), rule.category, rule.application) for state, rule in STATE_RULES.items()],
        columns=["state", "activity_kind", "category", "application"],
    )
    return pd.concat([seen, activities[~active].merge(rules, on="state")], ignore_index=True)
