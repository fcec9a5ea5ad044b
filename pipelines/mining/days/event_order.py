"""Checks that a day's file of events is in order: models that walk through files as they lie depend on it.

No engine promises to keep the order of its input through a join, so nobody may rely on it unchecked.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

EVENT_ORDER = ("workstation_user_id", "occurred_us", "session_key", "sequence")
BATCH_ROWS = 1 << 18


class EventOrderError(RuntimeError):
    """A file that was sorted and is not in order; it does not take its place in the lake."""


def is_in_event_order(path: Path) -> bool:
    """Whether the rows stand in order of person, time, session and sequence. Reads these columns, batch by batch."""
    last: pa.RecordBatch | None = None
    for batch in pq.ParquetFile(path).iter_batches(BATCH_ROWS, columns=list(EVENT_ORDER), use_threads=False):
        if not batch.num_rows:
            continue
        if not _follows(batch) or (last is not None and not _follows(pa.concat_batches([last, batch.slice(0, 1)]))):
            return False
        last = batch.slice(batch.num_rows - 1)
    return True


def _follows(batch: pa.RecordBatch) -> bool:
    """Whether each row of a batch follows the one before it. Times tell nearly always; only where they are the same,
    session and sequence are looked at."""
    people, times, sessions, sequences = (batch[name].to_numpy() for name in EVENT_ORDER)
    is_later = (people[1:] > people[:-1]) | ((people[1:] == people[:-1]) & (times[1:] > times[:-1]))
    one = np.flatnonzero(~is_later)
    return _are_same(people, one) and _are_same(times, one) and _rise(sessions, sequences, one)


def _are_same(values: npt.NDArray[Any], one: npt.NDArray[np.intp]) -> bool:
    return bool((values[one + 1] == values[one]).all())


def _rise(sessions: npt.NDArray[Any], sequences: npt.NDArray[Any], one: npt.NDArray[np.intp]) -> bool:
    before, after = sessions[one], sessions[one + 1]
    return bool(((after > before) | ((after == before) & (sequences[one + 1] >= sequences[one]))).all())
