"""Compaction: turns landing files into one file per local day, each event once, in order of person and time.

Everything that landed is kept here, whether or not it may be used; the dbt models of the event pool decide that.
"""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from domain.dates.days import local_day
from domain.landing_files import LANDING_FOLDER
from pipelines.mining.facts.calendar import days_between
from pipelines.mining.facts.collection import CollectionFacts, LandedFile
from pipelines.mining.lake.files import Lake, put_in_place
from pipelines.mining.lake.readable import is_of_the_machine
from pipelines.mining.raw_events.day_events import LandingCountError, read_day_events
from pipelines.mining.raw_events.day_file import day_writer, tables_in_order
from pipelines.mining.raw_events.examination import AT_FAULT, examine
from pipelines.mining.raw_events.person_days import PersonDays
from pipelines.mining.raw_events.touched_days import TouchedDay, note_touched_days

DATASET = "raw_events"
ORPHAN_AGE_S = 24 * 3600
"""A landing file without a receipt is in the middle of its commit, or, when older than this, of no use to anybody."""

ROWS_AT_A_TIME = 8_000_000
"""Of one day in memory, about 70 bytes each."""


@dataclass(frozen=True, kw_only=True)
class Compaction:
    """What one compaction did: new rows per day, rows that were there already, files absorbed and removed."""

    days: tuple[date, ...] = ()
    landed_rows: int = 0
    stored_rows: int = 0
    """Growth of raw_events; landed_rows - stored_rows were resends."""
    landed_files: int = 0
    orphan_files: int = 0
    set_aside_count: int = 0
    """Files, or parts of files, that went to the quarantine."""


def compact(lake: Lake, facts: CollectionFacts) -> Compaction:
    """Absorbs every committed landing file; what cannot be absorbed is set aside, and the rest goes on.

    Safe to run again after being killed at any point.
    """
    orphans = _remove_orphans(lake, facts)
    files = [file for file in facts.landed_files if (lake.dataset(LANDING_FOLDER) / file.name).exists()]
    if not files:
        return Compaction(orphan_files=orphans)
    grown: Counter[date] = Counter()
    touched: list[TouchedDay] = []
    set_aside = 0
    try:
        _absorb(lake, facts, files, grown, touched)
    except AT_FAULT as error:
        if is_of_the_machine(error):
            raise
        examined = examine(lake, facts, files, _days_of(facts, files))
        if not examined.is_changed:
            raise
        files, set_aside = list(examined.files), examined.set_aside_count
        _absorb(lake, facts, files, grown, touched)
    note_touched_days(lake, touched)
    for file in files:
        (lake.dataset(LANDING_FOLDER) / file.name).unlink()
    return Compaction(
        days=tuple(sorted({each.day for each in touched})),
        landed_rows=sum(file.event_count for file in files),
        stored_rows=grown.total(),
        landed_files=len(files),
        orphan_files=orphans,
        set_aside_count=set_aside,
    )


def _absorb(
    lake: Lake,
    facts: CollectionFacts,
    files: Sequence[LandedFile],
    grown: Counter[date],
    touched: list[TouchedDay],
) -> None:
    """Rewrites every day of the files; adds by how many rows each grew, and whose it was. Raises one of AT_FAULT."""
    landed_rows = 0
    for day in _days_of(facts, files):
        more, landed = _compact_day(lake, day, facts, files)
        grown[day] += more
        touched.extend(landed)
        landed_rows += sum(each.event_count for each in landed)
    if landed_rows != sum(file.event_count for file in files):
        raise LandingCountError(
            f"Of {sum(file.event_count for file in files)} landed events {landed_rows} were found on the days of their "
            "files: the landing files stay; compare them with the spans and counts in governance.landings."
        )


def _days_of(facts: CollectionFacts, files: Iterable[LandedFile]) -> list[date]:
    """The local days on which the spans of the files lie for anybody: on some of them nothing may have happened."""
    zones = set(facts.time_zones.values())
    return sorted(
        {
            day
            for file in files
            for zone in zones
            for day in days_between(local_day(file.first_us, zone), local_day(file.last_us, zone))
        }
    )


def _compact_day(
    lake: Lake, day: date, facts: CollectionFacts, files: Sequence[LandedFile]
) -> tuple[int, list[TouchedDay]]:
    """Rewrites one day with what landed for it; says by how many rows it grew, and whose day it was.

    People are taken so few at a time that their events fit into memory; the files are read once for each group.
    """
    days = PersonDays.of(facts.time_zones, day)
    starts_us, ends_us = days.starts_us.min(), days.ends_us.max()
    landed = [file for file in files if file.first_us < ends_us and file.last_us >= starts_us]
    paths = [lake.dataset(LANDING_FOLDER) / file.name for file in landed]
    path = lake.day_file(DATASET, day)
    stored = path if path.exists() else None
    before = 0 if stored is None else pq.read_metadata(path).num_rows
    row_count = before + sum(file.event_count for file in landed)
    touched: list[TouchedDay] = []
    after = 0
    staged = lake.staged()
    try:
        with day_writer(staged) as writer:
            for some in days.in_groups(max(1, len(days.people) * ROWS_AT_A_TIME // max(1, row_count))):
                events = read_day_events(stored, paths, row_count, some)
                touched.extend(
                    TouchedDay(workstation_user_id=person, day=day, first_us=first_us, event_count=count)
                    for person, first_us, count in events.landed()
                )
                for table in tables_in_order(events):
                    writer.write_table(table)
                    after += table.num_rows
        if touched:
            put_in_place(staged, path)
    finally:
        staged.unlink(missing_ok=True)
    return after - before, touched


def _remove_orphans(lake: Lake, facts: CollectionFacts) -> int:
    """Files without a row in landings are never read; old ones go."""
    oldest = time.time() - ORPHAN_AGE_S
    paths = [lake.dataset(LANDING_FOLDER) / name for name in facts.uncommitted_files]
    old: list[Path] = [path for path in paths if path.exists() and path.stat().st_mtime < oldest]
    for path in old:
        path.unlink()
    return len(old)
