"""The aggregates of overall activity in plain pandas, from categorized activities.

`pandas_pipeline` finds the activities.
"""

import numpy as np
import pandas as pd

from domain.activity_states import ACTIVE_KINDS
from domain.event_kinds import CODE_BY_KIND, EventKind

HOUR_US = 3_600 * 1_000_000
EXCLUDED = ("Off", "Break")
USER_DAY = ["day", "workstation_user_id"]
COPIES = [CODE_BY_KIND[EventKind.COPIED], CODE_BY_KIND[EventKind.CUT]]
PASTE = CODE_BY_KIND[EventKind.PASTED]

Rows = list[tuple[object, ...]]


def aggregates(events: pd.DataFrame, activities: pd.DataFrame, contexts: pd.DataFrame) -> dict[str, Rows]:
    """Rows of each aggregate; floats rounded to what two ways of adding can agree on."""
    numbered = _number_visits(activities)
    return {
        "activities": _rows(_sum(numbered, [*USER_DAY, "state"], ["duration_us", "event_count", "key_count"])),
        "kinds": _rows(_sum(numbered, [*USER_DAY, "activity_kind"], ["duration_us"])),
        "applications": _rows(_used(numbered, ["category", "application"], "visit")),
        "windows": _rows(_windows(numbered)),
        "hours": _rows(_hours(numbered)),
        "days": _rows(_days(numbered)),
        "copy_paste": _rows(_copy_pastes(events, contexts)),
    }


def _number_visits(activities: pd.DataFrame) -> pd.DataFrame:
    """Merged visits among active activities; every other activity is its own."""
    active = activities["state"] == "active"
    for name, columns in (("visit", ["application"]), ("window_visit", ["application", "window_name"])):
        seen = activities.loc[active, [*USER_DAY, *columns]]
        begins = (seen != seen.shift()).any(axis=1)
        activities.loc[active, name] = begins.cumsum()
        activities.loc[~active, name] = -np.arange((~active).sum()) - 1
    return activities


def _sum(frame: pd.DataFrame, keys: list[str], values: list[str]) -> pd.DataFrame:
    return frame.groupby(keys, as_index=False)[values].sum()


def _used(frame: pd.DataFrame, names: list[str], visit: str) -> pd.DataFrame:
    shown = frame[~frame["category"].isin(EXCLUDED)]
    groups = shown.groupby([*USER_DAY, *names], as_index=False)
    return groups.agg(duration_us=("duration_us", "sum"), view_count=(visit, "nunique"))


def _windows(frame: pd.DataFrame) -> pd.DataFrame:
    """The 500 windows with the most time keep their names."""
    names = ["category", "application", "window_name"]
    shown = frame[~frame["category"].isin(EXCLUDED)]
    totals = _sum(shown, names, ["duration_us"]).sort_values(
        ["duration_us", *names], ascending=[False, True, True, True]
    )
    kept = shown.merge(totals.head(500)[names].assign(is_kept=True), on=names, how="left")
    kept["window_name"] = kept["window_name"].where(kept["is_kept"].notna(), "(other windows)")
    return _used(kept, names, "window_visit")


def _hours(frame: pd.DataFrame) -> pd.DataFrame:
    active = frame[(frame["state"] == "active") & frame["activity_kind"].isin(ACTIVE_KINDS)].reset_index(drop=True)
    first, last = active["us"] // HOUR_US, (active["end"] - 1) // HOUR_US
    cut = active.loc[active.index.repeat((last - first + 1).to_numpy())].copy()
    number = cut["us"] // HOUR_US + cut.groupby(level=0).cumcount()
    starts, ends = np.maximum(cut["us"], number * HOUR_US), np.minimum(cut["end"], (number + 1) * HOUR_US)
    cut["hour"], cut["duration_us"] = number % 24, ends - starts
    return _sum(cut, ["day", "hour", "category"], ["duration_us"])


def _days(frame: pd.DataFrame) -> pd.DataFrame:
    """Switches between visits of two seconds or more, and fragmentation over runs of one category."""
    active = frame[frame["state"] == "active"]
    visits = active.groupby([*USER_DAY, "visit"], as_index=False).agg(
        application=("application", "first"), duration_us=("duration_us", "sum")
    )
    visits = visits[visits["duration_us"] >= 2_000_000]
    before = visits.groupby(USER_DAY)["application"].shift()
    visits["is_switch"] = before.notna() & (visits["application"] != before)
    switches = visits.groupby(USER_DAY)["is_switch"].sum().astype("int64")
    seen = active[[*USER_DAY, "category"]]
    runs = active.groupby([*(active[name] for name in USER_DAY), (seen != seen.shift()).any(axis=1).cumsum()])
    milliseconds = (runs["duration_us"].sum() // 1_000).groupby(level=[0, 1])
    squares, totals = milliseconds.agg(lambda run: (run * run).sum()), milliseconds.sum()
    fragmentation = (1 - squares / (totals.astype("float64") * totals)).round(9)
    return pd.DataFrame({"switch_count": switches, "fragmentation": fragmentation}).reset_index()


def _copy_pastes(events: pd.DataFrame, contexts: pd.DataFrame) -> pd.DataFrame:
    some = events[events["kind"].isin([*COPIES, PASTE])].copy()
    some["day"] = pd.to_datetime(some["us"] // (24 * HOUR_US), unit="D").dt.strftime("%Y-%m-%d")
    is_copy = some["kind"].isin(COPIES)
    copied = (
        some[["us", "context_key"]].astype("Int64").where(is_copy).groupby([some[name] for name in USER_DAY]).ffill()
    )
    some["seconds"] = (some["us"] - copied["us"]) / 1e6
    some["copied_from"] = copied["context_key"]
    pastes = some[~is_copy & (some["seconds"] <= 300)].copy()
    applications = contexts["application"]
    pastes["copied_from"] = pastes["copied_from"].astype("int64").map(applications)
    pastes["pasted_into"] = pastes["context_key"].map(applications)
    groups = pastes.groupby(["day", "copied_from", "pasted_into"], as_index=False)["seconds"]
    found = groups.agg(["count", "median"])
    found["median"] = (found["median"] * 2e6).round().astype("int64")  # of two, the middle lies at half a microsecond
    return found


def _rows(frame: pd.DataFrame) -> Rows:
    return sorted(tuple(row) for row in frame.itertuples(index=False))
