"""Checks that a day's file of events is in order: models that walk through files as they lie depend on it."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq


class EventOrderError(RuntimeError):
    """A file whose events are not in order of person and time; it does not take its place in the lake."""


def check_event_order(path: Path) -> None:
    """Raises EventOrderError naming the first row out of place. Reads two columns, batch by batch."""
    last_person, last_us, offset = -1, -1, 0
    for batch in pq.ParquetFile(path).iter_batches(batch_size=1 << 18, columns=["workstation_user_id", "occurred_us"]):
        people = np.concatenate(([last_person], batch.column(0).to_numpy()))
        times = np.concatenate(([last_us], batch.column(1).to_numpy()))
        out_of_place = (people[1:] < people[:-1]) | ((people[1:] == people[:-1]) & (times[1:] < times[:-1]))
        if out_of_place.any():
            row = offset + int(np.argmax(out_of_place))
            raise EventOrderError(
                f"{path.name}, row {row}: events are not in order of person and time: "
                "the model that wrote them lost the order of its input; report it with the plan of its query."
            )
        last_person, last_us, offset = int(people[-1]), int(times[-1]), offset + len(people) - 1
