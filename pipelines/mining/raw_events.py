"""Compaction: landing files become one file per local day, each event once, in order of person and time.

Which days must be rebuilt afterwards belongs to `rebuild`; who may be kept belongs to the event pool.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from pipelines.mining.calendar import user_days_between
from pipelines.mining.collection import CollectionFacts, LandedFile
from pipelines.mining.engine import EngineLimits, open_engine, parquet_sql
from pipelines.mining.lake import Lake, replacing
from pipelines.mining.touched_days import TouchedDay, note_touched_days

DATASET = "raw_events"
LANDING = "landing"
ORPHAN_AGE_S = 24 * 3600
"""A landing file without a receipt is in the middle of its commit, or, when older than this, of no use to anybody."""

COLUMNS = (
    "session_key, workstation_user_id, sequence, occurred_at, kind, context_key, source, key_count, value_length, "
    "element_role, element_name, element_id, task_name, case_id"
)
ORDER = "workstation_user_id, occurred_at, session_key, sequence"
PARQUET_OPTIONS = "format parquet, compression zstd, compression_level 1, parquet_version v2"


class UnknownPersonError(RuntimeError):
    """Landed events of somebody who is no registered workstation user."""


@dataclass(frozen=True, kw_only=True)
class Compaction:
    """What one compaction did: new rows per day, rows that were there already, files absorbed and removed."""

    days: tuple[date, ...] = ()
    landed_rows: int = 0
    stored_rows: int = 0
    """Growth of raw_events; landed_rows - stored_rows were resends."""
    landed_files: int = 0
    orphan_files: int = 0


def compact(lake: Lake, facts: CollectionFacts, *, limits: EngineLimits | None = None) -> Compaction:
    """Absorbs every committed landing file. Safe to run again after being killed at any point."""
    orphans = _remove_orphans(lake, facts)
    files = [file for file in facts.landed_files if (lake.dataset(LANDING) / file.name).exists()]
    if not files:
        return Compaction(orphan_files=orphans)
    with open_engine(limits) as engine:
        touched = _touched_days(engine, lake, facts, files)
        days = sorted({each.day for each in touched})
        stored = sum(_compact_day(engine, lake, day, _files_of(engine, day, files)) for day in days)
    note_touched_days(lake, touched)
    for file in files:
        (lake.dataset(LANDING) / file.name).unlink()
    return Compaction(
        days=tuple(days),
        landed_rows=sum(each.event_count for each in touched),
        stored_rows=stored,
        landed_files=len(files),
        orphan_files=orphans,
    )


def _touched_days(
    engine: duckdb.DuckDBPyConnection, lake: Lake, facts: CollectionFacts, files: Sequence[LandedFile]
) -> list[TouchedDay]:
    """Leaves the table `user_days` behind. Events are counted by quarters of an hour first: no day begins inside one
    (but where it does, as in 1900, the join below decides by the event itself)."""
    first_us = min(file.first_us for file in files)
    last_us = max(file.last_us for file in files)
    engine.register("user_days_arrow", user_days_between(facts.time_zones, first_us, last_us))
    engine.execute("create temp table user_days as select * from user_days_arrow")
    rows = engine.execute(f"""
        with quarters as (
            select workstation_user_id, min(epoch_us(occurred_at)) as first_us, count(*) as event_count
            from {_landing_sql(lake, files)}
            group by workstation_user_id, epoch_us(occurred_at) // 900000000
        )
        select
            quarters.workstation_user_id, user_days.day, min(quarters.first_us),
            cast(sum(quarters.event_count) as bigint)
        from quarters
        left join user_days
            on quarters.workstation_user_id = user_days.workstation_user_id
            and quarters.first_us >= user_days.starts_us and quarters.first_us < user_days.ends_us
        group by quarters.workstation_user_id, user_days.day
        order by quarters.workstation_user_id, user_days.day
    """).fetchall()
    for person, day, _, _ in rows:
        if day is None:
            raise UnknownPersonError(
                f"Landed events name workstation user {person}, who is not registered: "
                "restore the governance database that knows this person, or remove the landing files."
            )
    return [TouchedDay(workstation_user_id=p, day=d, first_us=f, event_count=n) for p, d, f, n in rows]


def _files_of(engine: duckdb.DuckDBPyConnection, day: date, files: Sequence[LandedFile]) -> list[LandedFile]:
    """The files that can hold events of a day, by their span."""
    bounds = engine.execute("select min(starts_us), max(ends_us) from user_days where day = ?", [day]).fetchall()
    starts_us, ends_us = bounds[0]
    return [file for file in files if file.first_us < ends_us and file.last_us >= starts_us]


def _compact_day(engine: duckdb.DuckDBPyConnection, lake: Lake, day: date, files: Sequence[LandedFile]) -> int:
    """Rewrites one day with what landed for it; says by how many rows it grew."""
    path = lake.day_file(DATASET, day)
    before = 0
    paths = [lake.dataset(LANDING) / file.name for file in files]
    if path.exists():
        before = pq.read_metadata(path).num_rows
        paths.insert(0, path)
    source = parquet_sql(paths, options="file_row_number = true, hive_partitioning = false")
    of_day = f"""{source} as events
        semi join (select * from user_days where day = date '{day.isoformat()}') as user_days
            on events.workstation_user_id = user_days.workstation_user_id
            and epoch_us(events.occurred_at) >= user_days.starts_us
            and epoch_us(events.occurred_at) < user_days.ends_us"""
    _find_repeated(engine, source)
    with replacing(lake, path) as staged:
        rows = engine.execute(f"""
            copy (
                select {COLUMNS} from {of_day}
                anti join repeated
                    on events.file_index = repeated.file_index and events.file_row_number = repeated.file_row_number
                order by {ORDER}
            ) to '{staged}' ({PARQUET_OPTIONS})
        """).fetchall()
    return int(rows[0][0]) - before


def _find_repeated(engine: duckdb.DuckDBPyConnection, source: str) -> None:
    """The table `repeated`: all but the first landed of the events that share session and sequence."""
    engine.execute(f"""
        create or replace temp table repeated as
        with sent_again as (
            select session_key, sequence from {source} group by session_key, sequence having count(*) > 1
        ),
        copies as (
            select
                events.file_index,
                events.file_row_number,
                row_number() over (
                    partition by events.session_key, events.sequence
                    order by events.file_index, events.file_row_number
                ) as copy_number
            from {source} as events
            semi join sent_again
                on events.session_key = sent_again.session_key and events.sequence = sent_again.sequence
        )
        select file_index, file_row_number from copies where copy_number > 1
    """)


def _landing_sql(lake: Lake, files: Iterable[LandedFile]) -> str:
    return parquet_sql(lake.dataset(LANDING) / file.name for file in files)


def _remove_orphans(lake: Lake, facts: CollectionFacts) -> int:
    """Files without a row in landings are never read; old ones go."""
    committed = {file.name for file in facts.landed_files}
    oldest = time.time() - ORPHAN_AGE_S
    old: list[Path] = [
        path
        for path in lake.dataset(LANDING).glob("*.parquet")
        if path.name not in committed and not path.name.startswith(".") and path.stat().st_mtime < oldest
    ]
    for path in old:
        path.unlink()
    return len(old)
