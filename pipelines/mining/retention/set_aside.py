"""Purges the quarantine: what was set aside stays no longer than its people allow, and for some days at most."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from domain.dates.collection_windows import Interval
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.lake.files import Lake, replacing
from pipelines.mining.lake.quarantine import FOLDER, purge_quarantine
from pipelines.mining.lake.readable import read_or_none, row_count
from pipelines.mining.retention.rows import Mask, covered

INSTANTS = ("occurred_at", "started_us")
"""Of events, of activities."""


def purge_set_aside(lake: Lake, facts: CollectionFacts, *, goes_unread: bool, is_dry_run: bool) -> dict[str, int]:
    """Removes rows of people who no longer allow them, and what is older than it may be; says how many events.

    Rows of somebody unknown stay: nobody has taken anything back. Of a file that cannot be read nobody can say whose
    events it holds: it goes when anything else of anybody went (`goes_unread`).
    """
    count = purge_quarantine(lake, is_dry_run=is_dry_run)[FOLDER]
    for path in sorted(lake.dataset(FOLDER).glob("*.parquet")):
        table = _of_people(path)
        if table is None:
            count += row_count(path) if goes_unread else 0
            if goes_unread and not is_dry_run:
                path.unlink()
            continue
        stays = _allowed(table, facts.time_zones, facts.allowed)
        count += len(stays) - int(stays.sum())
        if is_dry_run or stays.all():
            continue
        if not stays.any():
            path.unlink()
            continue
        with replacing(lake, path) as staged:
            pq.write_table(table.filter(pa.array(stays)), staged, compression="zstd")
    return {FOLDER: count}


def _of_people(path: Path) -> pa.Table | None:
    """None where the file cannot be read, or does not say whose its rows are."""
    table = read_or_none(path)
    names = set(table.schema.names) if table is not None else set()
    return table if "workstation_user_id" in names and names & set(INSTANTS) else None


def _allowed(table: pa.Table, known: Mapping[int, str], allowed: Mapping[int, tuple[Interval, ...]]) -> Mask:
    people = table["workstation_user_id"].to_numpy()
    instant = next(name for name in INSTANTS if name in table.schema.names)
    instants_us = table[instant].cast(pa.int64()).to_numpy()
    stays = np.ones(len(people), np.bool_)
    for person in np.unique(people).tolist():
        if person in known:
            rows = people == person
            stays[rows] = covered(instants_us[rows], allowed.get(person, ()))
    return stays
