"""Checks raw events and activities with Great Expectations, and sets aside what breaks an expectation.

Add an expectation to `_of_raw_events` or `_of_activities`. Great Expectations and pandas are imported when a check
runs: they cost seconds that other runs need not pay.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import dagster as dg

from domain.activity_states import ActivityState
from domain.dates.days import LONGEST_DAY_US
from domain.event_kinds import KIND_BY_CODE, EventSource
from pipelines.mining.days.inputs import read_days
from pipelines.mining.days.unsound import set_aside_events, set_aside_person_days
from pipelines.mining.lake.files import Lake

REPEATED = "expect_compound_columns_to_be_unique"
Expectations = Callable[[Any], list[Any]]


class UnsoundDataError(RuntimeError):
    """A dataset breaks an expectation, and nobody can say by which rows; nothing is built on it."""


def check_raw_events(lake: Lake, days: Sequence[date]) -> dg.AssetCheckResult:
    """Every event has a person, a session, a known kind and source, and is there once; what has not is set aside."""
    columns = ("session_key", "sequence", "workstation_user_id", "occurred_at", "kind", "source", "context_key")
    return _validate(lake, "raw_events", days, columns, expectations=_of_raw_events, set_aside=_set_events_aside)


def check_activities(lake: Lake, days: Sequence[date]) -> dg.AssetCheckResult:
    """Every activity has a person, a known state and a length that fits a day; active ones have a context. Days of
    people with others are set aside."""
    columns = ("workstation_user_id", "started_us", "duration_us", "state", "context_key", "event_count")
    return _validate(lake, "activities", days, columns, expectations=_of_activities, set_aside=_set_days_aside)


def require_sound(lake: Lake, days: Sequence[date]) -> None:
    """Both checks where no asset of theirs runs. Raises UnsoundDataError where something is at fault and stays."""
    for result in (check_raw_events(lake, days), check_activities(lake, days)):
        if not result.passed and result.severity is dg.AssetCheckSeverity.ERROR:
            raise UnsoundDataError(str(result.description))


def _of_raw_events(gxe: Any) -> list[Any]:
    return [
        *(
            gxe.ExpectColumnValuesToNotBeNull(column=name)
            for name in ("workstation_user_id", "session_key", "occurred_at")
        ),
        gxe.ExpectCompoundColumnsToBeUnique(column_list=["session_key", "sequence"]),
        gxe.ExpectColumnValuesToBeBetween(column="sequence", min_value=0),
        gxe.ExpectColumnValuesToBeBetween(column="kind", min_value=0, max_value=len(KIND_BY_CODE) - 1),
        gxe.ExpectColumnValuesToBeInSet(column="source", value_set=[int(source) for source in EventSource]),
        gxe.ExpectColumnValuesToBeBetween(column="context_key", min_value=0),
    ]


def _of_activities(gxe: Any) -> list[Any]:
    from great_expectations.expectations.row_conditions import Column  # noqa: PLC0415

    is_active = Column("state") == str(ActivityState.ACTIVE)
    return [
        gxe.ExpectColumnValuesToNotBeNull(column="workstation_user_id"),
        gxe.ExpectColumnValuesToBeBetween(column="duration_us", min_value=1, max_value=LONGEST_DAY_US),
        gxe.ExpectColumnValuesToBeInSet(column="state", value_set=[str(state) for state in ActivityState]),
        gxe.ExpectColumnValuesToNotBeNull(column="context_key", row_condition=is_active),
        gxe.ExpectCompoundColumnsToBeUnique(column_list=["workstation_user_id", "started_us"]),
        gxe.ExpectColumnValuesToBeBetween(column="event_count", min_value=0),
    ]


def _set_events_aside(lake: Lake, frame: Any, rows: Sequence[int], why: str) -> int:
    begins = {day: int(places.min()) for day, places in frame.groupby("day").groups.items()}
    by_day: dict[date, list[int]] = {}
    for row in rows:
        day = frame.at[row, "day"]
        by_day.setdefault(day, []).append(row - begins[day])
    return set_aside_events(lake, by_day, why)


def _set_days_aside(lake: Lake, frame: Any, rows: Sequence[int], why: str) -> int:
    chosen = frame.loc[list(rows)]
    person_days = zip(chosen["workstation_user_id"].tolist(), chosen["day"].tolist(), strict=True)
    return set_aside_person_days(lake, person_days, why)


def _validate(
    lake: Lake,
    dataset: str,
    days: Sequence[date],
    columns: Sequence[str],
    *,
    expectations: Expectations,
    set_aside: Callable[[Lake, Any, Sequence[int], str], int],
) -> dg.AssetCheckResult:
    """Passes; or warns, when what is at fault was set aside; or fails, when nobody can say which rows are."""
    name, key = f"{dataset}_are_sound", dg.AssetKey(dataset)
    frame = read_days(lake, dataset, days, columns).to_pandas()
    if frame.empty:
        return dg.AssetCheckResult(check_name=name, asset_key=key, passed=True, metadata={"rows": 0})
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx  # noqa: PLC0415 costs 8 CPU-seconds
    import great_expectations.expectations as gxe  # noqa: PLC0415

    surroundings: Any = gx.get_context(mode="ephemeral")
    surroundings.variables.progress_bars = {"globally": False}
    asset = surroundings.data_sources.add_pandas("lake").add_dataframe_asset(dataset)
    batch = asset.add_batch_definition_whole_dataframe("days").get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite(dataset, expectations=expectations(gxe))
    result: Any = batch.validate(suite, result_format="SUMMARY")
    failed = [each.expectation_config.type for each in result.results if not each.success]
    reason = f"{dataset} of {days[0]} to {days[-1]} break {', '.join(failed)}."
    rows = rows_at_fault(frame, batch.validate(suite, result_format="COMPLETE").results) if failed else []
    taken = set_aside(lake, frame, rows, reason) if rows else 0
    return dg.AssetCheckResult(
        check_name=name,
        asset_key=key,
        passed=not failed,
        severity=dg.AssetCheckSeverity.WARN if taken else dg.AssetCheckSeverity.ERROR,
        metadata={"rows": len(frame), "expectations": len(result.results), "failed": failed, "set_aside": taken},
        description=f"{reason} Look at these days in the lake, and at what was set aside." if failed else None,
    )


def rows_at_fault(frame: Any, results: Iterable[Any]) -> list[int]:
    """The places of the rows that break an expectation; none at all where one does not say which. Of rows that are
    there several times the first is not at fault."""
    found: set[int] = set()
    for each in results:
        if each.success:
            continue
        places = each.result.get("unexpected_index_list")
        if not places:
            return []
        if each.expectation_config.type == REPEATED:
            columns = each.expectation_config.kwargs["column_list"]
            places = [place for place, again in frame.loc[places].duplicated(columns).items() if again]
        found.update(places)
    return sorted(found)
