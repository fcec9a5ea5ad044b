"""Deletes from the lake what the plan names, rows and files for good, and counts them by dataset.

Add a dataset to DAY_DATASETS or PROJECT_DATASETS when a model gets files of its own: what is not listed stays forever.
"""

import time
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from domain.assignments.permission import Permission
from domain.dates.days import day_bounds_us
from domain.landing_files import CONTEXTS_FOLDER, CONTEXTS_GENERATION, LANDING_FOLDER
from pipelines.mining.facts.task_marks import read_task_marks
from pipelines.mining.lake.contexts import context_files
from pipelines.mining.lake.engine import EngineLimits, copy_sql, open_engine, parquet_sql
from pipelines.mining.lake.files import Lake, finished_files, remove_file, replacing
from pipelines.mining.raw_events.touched_days import TouchedDay, note_touched_days
from pipelines.mining.retention.plan import RetentionFacts, kept_people
from pipelines.mining.retention.rows import INSTANTS, Mask, staying

#: Datasets by day, with a column workstation_user_id. What was made of events follows when their days are built anew.
DAY_DATASETS = ("raw_events", "event_pool", "task_markers", "activities", "activities_carry", "copy_pastes")
#: What activities are made of: a kept day that loses some of these is built anew.
BUILT_ON = "event_pool"
PROJECT_DATASETS = ("task_instances", "datamart")
GRACE_S = 2.0
"""Commits under way when the generation changed have landed after this."""


def purge_days(
    lake: Lake, facts: RetentionFacts, *, is_dry_run: bool, limits: EngineLimits | None = None
) -> dict[str, int]:
    """Deletes the days of people that may not stay, and of kept days the events that no assignment allows any more;
    says how many rows of each dataset. A second run deletes none. What was made of a kept day is built anew later."""
    counts: Counter[str] = Counter()
    collection = facts.collection
    kept_on = cache(partial(kept_people, facts))
    marks = read_task_marks(lake, "raw_events", collection.assignments, lake.days("raw_events").keys(), limits=limits)
    permissions = collection.permissions(marks)
    for dataset in DAY_DATASETS:
        counts[dataset] = 0
        for day, path in lake.days(dataset).items():
            kept = kept_on(day)
            if dataset not in INSTANTS:
                counts[dataset] += _purge_day(lake, path, kept, is_dry_run=is_dry_run, limits=limits)
                continue
            people, stays = _events_staying(path, INSTANTS[dataset], kept, permissions)
            counts[dataset] += len(stays) - int(stays.sum())
            if is_dry_run or stays.all():
                continue
            if dataset == BUILT_ON:
                _note_kept_days(lake, day, people[~stays], {each: collection.time_zones[each] for each in kept})
            _keep_rows(lake, path, stays)
    return dict(counts)


def purge_projects(lake: Lake, project_ids: Iterable[int], *, is_dry_run: bool) -> dict[str, int]:
    """Deletes everything mined for the projects."""
    counts: Counter[str] = Counter()
    chosen = list(project_ids)
    for dataset in (*PROJECT_DATASETS, *_aggregates(lake)):
        counts[dataset] = 0
        for project_id in chosen:
            path = lake.project_file(dataset, project_id)
            if path.exists():
                counts[dataset] += pq.read_metadata(path).num_rows if is_dry_run else remove_file(path)
    return dict(counts)


def mined_projects(lake: Lake) -> set[int]:
    """Projects of which any mined file exists."""
    return {project for dataset in (*PROJECT_DATASETS, *_aggregates(lake)) for project in lake.projects(dataset)}


def purge_contexts(lake: Lake, *, is_dry_run: bool, grace_s: float = GRACE_S) -> dict[str, int]:
    """Deletes the texts of contexts that no event refers to any more, and what rules made of them.

    Files written while this runs are left alone; the generation tells ingestion to write contexts anew when they recur.
    """
    files = context_files(lake)
    if not files:
        return {CONTEXTS_FOLDER: 0, "context_categories": 0}
    if not is_dry_run:
        (lake.dataset(CONTEXTS_FOLDER) / CONTEXTS_GENERATION).write_text(uuid.uuid4().hex)
        time.sleep(grace_s)
    used = _used_keys(lake)
    counts = {CONTEXTS_FOLDER: _purge_keys(lake, files, used, is_dry_run=is_dry_run)}
    categories = sorted(lake.dataset("context_categories").glob("rule_set_version=*/*.parquet"))
    counts["context_categories"] = _purge_keys(lake, categories, used, is_dry_run=is_dry_run)
    return counts


def _events_staying(
    path: Path, instant: str, kept: frozenset[int], permissions: Mapping[int, Permission]
) -> tuple[npt.NDArray[np.int32], Mask]:
    """Of each row whose it is and whether it stays."""
    events = pq.ParquetFile(path).read(columns=["workstation_user_id", "session_key", instant])
    return events["workstation_user_id"].to_numpy(), staying(events, instant, kept=kept, permissions=permissions)


def _note_kept_days(lake: Lake, day: date, losing: npt.NDArray[np.int32], time_zones: Mapping[int, str]) -> None:
    """Before the events go, so that a killed run forgets nothing. `time_zones`: of those whose day is kept."""
    touched = [
        TouchedDay(
            workstation_user_id=person,
            day=day,
            first_us=day_bounds_us(day, time_zones[person])[0],
            event_count=count,
        )
        for person, count in zip(*(each.tolist() for each in np.unique(losing, return_counts=True)), strict=True)
        if person in time_zones
    ]
    if touched:
        note_touched_days(lake, touched)


def _keep_rows(lake: Lake, path: Path, stays: Mask) -> None:
    """Row group by row group, so that what stays keeps its order."""
    if not stays.any():
        remove_file(path)
        return
    file = pq.ParquetFile(path)
    with (
        replacing(lake, path) as staged,
        pq.ParquetWriter(staged, file.schema_arrow, compression="zstd", version="2.6") as writer,
    ):
        first = 0
        for number in range(file.num_row_groups):
            rows = file.read_row_group(number)
            writer.write_table(rows.filter(pa.array(stays[first : first + len(rows)])))
            first += len(rows)


def _purge_day(lake: Lake, path: Path, kept: frozenset[int], *, is_dry_run: bool, limits: EngineLimits | None) -> int:
    people = pq.ParquetFile(path).read(columns=["workstation_user_id"])["workstation_user_id"]
    stays = pc.is_in(people, value_set=pa.array(sorted(kept), pa.int32()))
    going = len(people) - (pc.sum(stays).as_py() or 0)
    if not going or is_dry_run:
        return int(going)
    if going == len(people):
        return remove_file(path)
    ids = ", ".join(map(str, sorted(kept)))
    with open_engine(limits) as engine, replacing(lake, path) as staged:
        source = parquet_sql([path], options="hive_partitioning = false")
        query = f"select * from {source} where workstation_user_id in ({ids})"
        engine.execute(copy_sql(query, staged, options="compression zstd, parquet_version v2"))
    return int(going)


def _used_keys(lake: Lake) -> pa.Array:
    """Keys of contexts that any stored or landed event refers to."""
    keys: set[int] = set()
    paths = [
        *lake.days("raw_events").values(),
        *lake.days("event_pool").values(),
        *lake.days("activities_carry").values(),
    ]
    paths += finished_files(lake.dataset(LANDING_FOLDER))
    for path in paths:
        column = pq.ParquetFile(path).read(columns=["context_key"])["context_key"]
        keys.update(pc.unique(column).to_pylist())
    return pa.array(sorted(key for key in keys if key is not None), pa.int64())


def _purge_keys(lake: Lake, files: Iterable[Path], used: pa.Array, *, is_dry_run: bool) -> int:
    going = 0
    for path in files:
        table = pq.ParquetFile(path).read()
        kept = table.filter(pc.is_in(table["context_key"], value_set=used))
        removed = table.num_rows - kept.num_rows
        going += removed
        if not removed or is_dry_run:
            continue
        if not kept.num_rows:
            path.unlink()
            continue
        with replacing(lake, path) as staged:
            pq.write_table(kept, staged, compression="zstd")
    return going


def _aggregates(lake: Lake) -> list[str]:
    folder = lake.dataset("aggregates")
    return sorted(str(path.relative_to(lake.root)) for path in folder.glob("*/*") if path.is_dir())
