"""The pipeline in plain pandas: landed files → stored days → reconciled activities; the product's rows, by other means.

Written as by somebody who knows pandas well: vectorised throughout, distinct contexts categorized once. For people in
UTC, as the generated landing has them. The event pool is `pandas_pool`, what follows is `pandas_aggregates`.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from domain.activity_states import OFF_THRESHOLD_US, ActivityState
from domain.categorization.rules import MAX_RULE, STATE_RULES, RuleSet
from domain.conditions.tree import Comparison, Operator
from domain.contexts import EXCLUDED_CONTEXT_KEY
from domain.event_kinds import CODE_BY_KIND, ENDS_OBSERVATION, STATE_AFTER, EventKind
from domain.landing_files import LANDING_FOLDER

DAY_US = 86_400 * 1_000_000
ORDER = ["workstation_user_id", "us", "session_key", "sequence"]
COUNTS = {
    "click_count": (EventKind.CLICKED,),
    "copy_count": (EventKind.COPIED, EventKind.CUT),
    "paste_count": (EventKind.PASTED,),
}


def store_events(folder: Path, stored: Path) -> pd.DataFrame:
    """Every event once, in order, written by day with all its columns; gives the columns that activities need."""
    events = pd.concat([pd.read_parquet(path) for path in sorted((folder / LANDING_FOLDER).glob("*.parquet"))])
    events = events.drop_duplicates(["session_key", "sequence"])
    events["us"] = events["occurred_at"].astype("int64")
    events = events.sort_values(ORDER, ignore_index=True)
    for day, of_day in events.groupby(events["us"] // DAY_US):
        path = stored / f"day={day}.parquet"
        of_day.drop(columns="us").to_parquet(path, compression="zstd", index=False)
    return events[[*ORDER, "kind", "context_key", "key_count"]].copy()


def find_activities(events: pd.DataFrame) -> pd.DataFrame:
    """Stretches from event to event, merged, judged and cut at midnight, with their counts."""
    person = events["workstation_user_id"]
    states = {CODE_BY_KIND[kind]: str(state) for kind, state in STATE_AFTER.items()}
    states |= dict.fromkeys((CODE_BY_KIND[kind] for kind in ENDS_OBSERVATION), "unobserved")
    events["state"] = events["kind"].map(states).groupby(person).ffill().fillna("active")
    following = events.groupby("workstation_user_id")[["us", "kind"]].shift(-1)
    frontier = np.where(events["state"].isin(["active", "unobserved"]), events["us"], events["us"].max())
    events["end"] = following["us"].where(following["us"].notna(), frontier).astype("int64")
    crashed = (following["kind"] == CODE_BY_KIND[EventKind.SESSION_STARTED]) & (events["state"] != "unobserved")
    events["end"] = events["end"].where(~crashed, events["us"])
    events["event_count"] = 1
    for name, kinds in COUNTS.items():
        events[name] = events["kind"].isin([CODE_BY_KIND[kind] for kind in kinds]).astype("int64")
    is_elsewhere = (events["state"] == "active") & (events["context_key"] == EXCLUDED_CONTEXT_KEY)
    stretches = events[(events["state"] != "unobserved") & ~is_elsewhere].copy()
    stretches["context_key"] = stretches["context_key"].where(stretches["state"] == "active", 0)
    touching = _merge(stretches)
    activities = _cut_at_midnight(_judge(_merge(touching[touching["end"] > touching["us"]])))
    _reconcile(stretches, activities)
    return activities


def _reconcile(stretches: pd.DataFrame, activities: pd.DataFrame) -> None:
    """Raises SystemExit unless activities are disjoint and add up, by person and day, to what was observed."""
    lasting = stretches.loc[stretches["end"] > stretches["us"], ["workstation_user_id", "us", "end"]]
    user_day = ["workstation_user_id", "day_number"]
    observed = _split_at_midnight(lasting).groupby(user_day)["duration_us"].sum()
    summed = activities.groupby(user_day)["duration_us"].sum()
    follows = activities["us"] >= activities.groupby("workstation_user_id")["end"].shift(fill_value=0)
    if not follows.all() or not observed.eq(summed).all():
        raise SystemExit("The activities of plain pandas do not reconcile.")


def _merge(stretches: pd.DataFrame) -> pd.DataFrame:
    before = stretches.shift()
    same = stretches["us"] == before["end"]
    for name in ("workstation_user_id", "state", "context_key"):
        same &= stretches[name] == before[name]
    firsts = {name: (name, "first") for name in ("workstation_user_id", "state", "context_key", "us")}
    sums = {name: (name, "sum") for name in ("event_count", "key_count", *COUNTS)}
    return stretches.groupby((~same).cumsum().to_numpy()).agg(**firsts, end=("end", "last"), **sums)


def _judge(activities: pd.DataFrame) -> pd.DataFrame:
    """The off rule."""
    long = activities["end"] - activities["us"] > OFF_THRESHOLD_US
    activities["state"] = activities["state"].where(
        ~(long & activities["state"].isin(["locked", "private"])), str(ActivityState.OFF)
    )
    return activities


def _cut_at_midnight(activities: pd.DataFrame) -> pd.DataFrame:
    cut = _split_at_midnight(activities)
    for name in ("event_count", "key_count", *COUNTS):
        cut[name] = cut[name].where(~cut.index.duplicated(), 0)
    cut["day"] = pd.to_datetime(cut["day_number"], unit="D").dt.strftime("%Y-%m-%d")
    return cut


def _split_at_midnight(stretches: pd.DataFrame) -> pd.DataFrame:
    """Parts of one stretch share its place in the index."""
    stretches = stretches.assign(day_number=stretches["us"] // DAY_US)
    last = (stretches["end"] - 1) // DAY_US
    nights = (last - stretches["day_number"]).to_numpy()
    cut = stretches.loc[stretches.index.repeat(nights + 1)[np.repeat(nights > 0, nights + 1)]].copy()
    cut["day_number"] += cut.groupby(level=0).cumcount()
    midnight = cut["day_number"] * DAY_US
    cut["us"], cut["end"] = np.maximum(cut["us"], midnight), np.minimum(cut["end"], midnight + DAY_US)
    both = pd.concat([stretches[nights == 0], cut])
    both["duration_us"] = both["end"] - both["us"]
    in_order: pd.DataFrame = both.sort_values(["workstation_user_id", "us"])
    return in_order


def categorize(contexts: pd.DataFrame, rules: RuleSet) -> pd.DataFrame:
    """What the rules make of every context, by its key."""
    folded = {name: contexts[name].str.lower() for name in ("application", "window_title", "url")}
    known = pd.DataFrame(index=contexts.index)
    known["activity_kind"], known["category"] = str(MAX_RULE.activity_kind), MAX_RULE.category
    known["application"], known["window_name"] = MAX_RULE.application, MAX_RULE.window_name
    waiting = pd.Series(data=True, index=contexts.index)
    for rule in rules.ranked:
        condition = rule.condition
        assert isinstance(condition, Comparison)
        text, value = folded[str(condition.field)], condition.value.lower()
        holds = text == value if condition.operator is Operator.IS else text.str.contains(value, regex=False)
        chosen = waiting & holds
        known.loc[chosen, ["activity_kind", "category"]] = [str(rule.activity_kind), rule.category]
        known.loc[chosen, "application"] = contexts.loc[chosen, "application"]
        known.loc[chosen, "window_name"] = contexts.loc[chosen, "window_title"]
        waiting &= ~chosen
    return known


def apply_rules(activities: pd.DataFrame, contexts: pd.DataFrame) -> pd.DataFrame:
    """Activities with kind, category, application and window name, in order of person and time."""
    active = activities["state"] == "active"
    seen = activities[active].merge(contexts, left_on="context_key", right_index=True)
    rules = pd.DataFrame(
        [
            (str(state), str(rule.activity_kind), rule.category, rule.application, rule.window_name)
            for state, rule in STATE_RULES.items()
        ],
        columns=["state", "activity_kind", "category", "application", "window_name"],
    )
    both = pd.concat([seen, activities[~active].merge(rules, on="state")])
    return both.sort_values(["workstation_user_id", "us"], ignore_index=True)
