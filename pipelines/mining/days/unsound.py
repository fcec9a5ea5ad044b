"""Sets aside what a check found at fault in built days: events one by one, and activities by person and day.

What is left can be mined; raw events of a person's day stay where they are, so that it can be built anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from domain.losses import LossReason
from pipelines.mining.lake.files import Lake, remove_file, replacing
from pipelines.mining.lake.quarantine import QuarantineNote, set_aside_rows
from pipelines.mining.raw_events.day_events import SCHEMA
from pipelines.mining.raw_events.day_file import day_writer
from pipelines.mining.raw_events.touched_days import TouchedDay, note_touched_days

NONE = pa.schema([(name, pa.int64()) for name in ("event_count", "started_us", "ended_us")])
PersonDay = tuple[int, date]
FOLLOWING = ("copy_pastes",)
"""What else is mined from the days of a person."""


def set_aside_person_days(lake: Lake, person_days: Iterable[PersonDay], why: str) -> int:
    """Takes these people's activities of these days out; says of how many days of people. `why` goes into the note."""
    chosen = sorted(set(person_days))
    for person, day in chosen:
        rows = _rows_of(lake, day, person)
        count = max(1, pc.sum(rows["event_count"]).as_py() or 0)
        note = QuarantineNote(
            key=f"activities {day} {person}",
            reason=LossReason.UNSOUND_DAY,
            event_count=count,
            sentence=f"{why} Workstation user {person} is left out on {day}; build the day anew when it is mended.",
            first_us=pc.min(rows["started_us"]).as_py(),
            last_us=pc.max(rows["ended_us"]).as_py(),
        )
        set_aside_rows(lake, note, rows)
        for dataset in ("activities", *FOLLOWING):
            _leave_out(lake, dataset, day, person)
    return len(chosen)


def set_aside_events(lake: Lake, rows_by_day: Mapping[date, Sequence[int]], why: str) -> int:
    """Takes raw events out by their places in the files of their days, which are built anew; says how many."""
    for day, rows in sorted(rows_by_day.items()):
        path = lake.day_file("raw_events", day)
        table = pq.ParquetFile(path).read()
        is_at_fault = np.zeros(table.num_rows, np.bool_)
        is_at_fault[list(rows)] = True
        taken = table.filter(pa.array(is_at_fault))
        note = QuarantineNote(
            key=f"raw_events {day} {path.stat().st_mtime_ns}",
            reason=LossReason.UNSOUND_EVENT,
            event_count=taken.num_rows,
            sentence=f"{why} {taken.num_rows} events of {day} are left out.",
        )
        set_aside_rows(lake, note, taken)
        with replacing(lake, path) as staged, day_writer(staged) as writer:
            writer.write_table(table.filter(pa.array(~is_at_fault)).select(SCHEMA.names).cast(SCHEMA))
        times = taken["occurred_at"].cast(pa.int64()).to_numpy()
        people, places = np.unique(taken["workstation_user_id"].to_numpy(), return_inverse=True)
        touched = [
            TouchedDay(workstation_user_id=person, day=day, first_us=int(times[places == number].min()), event_count=0)
            for number, person in enumerate(people.tolist())
        ]
        note_touched_days(lake, touched)
    return sum(len(rows) for rows in rows_by_day.values())


def _rows_of(lake: Lake, day: date, person: int) -> pa.Table:
    """The person's activities of the day; none where the day has none at all."""
    path = lake.day_file("activities", day)
    if not path.exists():
        return NONE.empty_table()
    table = pq.ParquetFile(path).read()
    return table.filter(pc.equal(table["workstation_user_id"], person))


def _leave_out(lake: Lake, dataset: str, day: date, person: int) -> None:
    path: Path = lake.day_file(dataset, day)
    if not path.exists():
        return
    table = pq.ParquetFile(path).read()
    kept = table.filter(pc.not_equal(table["workstation_user_id"], person))
    if not kept.num_rows:
        remove_file(path)
    elif kept.num_rows < table.num_rows:
        with replacing(lake, path) as staged:
            pq.write_table(kept, staged, compression="lz4")
