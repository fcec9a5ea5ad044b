"""Checks raw events and activities with Great Expectations; what is built on them waits for it.

Add an expectation to `_of_raw_events` or `_of_activities`. Great Expectations and pandas are imported when a check
runs: they cost seconds that other runs need not pay.
"""

import os
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import dagster as dg

from domain.activity_states import ActivityState
from domain.dates.days import LONGEST_DAY_US
from domain.event_kinds import KIND_BY_CODE, EventSource
from pipelines.mining.days.inputs import read_days
from pipelines.mining.lake.files import Lake

Expectations = Callable[[Any], list[Any]]


class UnsoundDataError(RuntimeError):
    """A dataset breaks an expectation; nothing is built on it."""


def check_raw_events(lake: Lake, days: Sequence[date]) -> dg.AssetCheckResult:
    """Every event has a person, a session, a known kind and source, and is there once."""
    columns = ("session_key", "sequence", "workstation_user_id", "occurred_at", "kind", "source", "context_key")
    return _validate(lake, "raw_events", days, columns, _of_raw_events)


def check_activities(lake: Lake, days: Sequence[date]) -> dg.AssetCheckResult:
    """Every activity has a person, a known state and a length that fits a day; active ones have a context."""
    columns = ("workstation_user_id", "started_us", "duration_us", "state", "context_key", "event_count")
    return _validate(lake, "activities", days, columns, _of_activities)


def require_sound(lake: Lake, days: Sequence[date]) -> None:
    """Both checks where no asset of theirs runs. Raises UnsoundDataError."""
    for result in (check_raw_events(lake, days), check_activities(lake, days)):
        if not result.passed:
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
        gxe.ExpectColumnDistinctValuesToBeInSet(column="source", value_set=[int(source) for source in EventSource]),
        gxe.ExpectColumnValuesToBeBetween(column="context_key", min_value=0),
    ]


def _of_activities(gxe: Any) -> list[Any]:
    from great_expectations.expectations.row_conditions import Column  # noqa: PLC0415

    is_active = Column("state") == str(ActivityState.ACTIVE)
    return [
        gxe.ExpectColumnValuesToNotBeNull(column="workstation_user_id"),
        gxe.ExpectColumnValuesToBeBetween(column="duration_us", min_value=1, max_value=LONGEST_DAY_US),
        gxe.ExpectColumnDistinctValuesToBeInSet(column="state", value_set=[str(state) for state in ActivityState]),
        gxe.ExpectColumnValuesToNotBeNull(column="context_key", row_condition=is_active),
        gxe.ExpectCompoundColumnsToBeUnique(column_list=["workstation_user_id", "started_us"]),
        gxe.ExpectColumnValuesToBeBetween(column="event_count", min_value=0),
    ]


def _validate(
    lake: Lake, dataset: str, days: Sequence[date], columns: Sequence[str], expectations: Expectations
) -> dg.AssetCheckResult:
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
    reason = (
        f"{dataset} of {days[0]} to {days[-1]} break {', '.join(failed)}: look at the rows of these days in the lake."
    )
    return dg.AssetCheckResult(
        check_name=name,
        asset_key=key,
        passed=bool(result.success),
        metadata={"rows": len(frame), "expectations": len(result.results), "failed": failed},
        description=reason if failed else None,
    )
