"""Puts days into ranges, one run for each.

Which days a run builds in the end is decided by `pipelines.mining.days.rebuild`.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

RANGE_START_TAG = "dagster/asset_partition_range_start"
RANGE_END_TAG = "dagster/asset_partition_range_end"
MAX_GAP = timedelta(days=4)
"""Days of one range may lie this far apart: a weekend is no reason for a second run."""


def ranges_of(days: Iterable[date]) -> list[list[date]]:
    """Days that lie close together, in order."""
    ranges: list[list[date]] = []
    for day in sorted(set(days)):
        if ranges and day - ranges[-1][-1] <= MAX_GAP:
            ranges[-1].append(day)
        else:
            ranges.append([day])
    return ranges


def day_range_tags(days: Sequence[date]) -> dict[str, str]:
    return {RANGE_START_TAG: days[0].isoformat(), RANGE_END_TAG: days[-1].isoformat()}
