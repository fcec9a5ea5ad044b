"""Remembers in the lake which day of which person has new raw events, until a build has seen them."""

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.mining.lake.files import Lake, write_table

DATASET = "touched_days"
SCHEMA = pa.schema(
    [
        ("workstation_user_id", pa.int32()),
        ("day", pa.date32()),
        ("first_us", pa.int64()),
        ("event_count", pa.int64()),
    ]
)


@dataclass(frozen=True, kw_only=True)
class TouchedDay:
    """New events of one person on one local day; `first_us` is the earliest of them."""

    workstation_user_id: int
    day: date
    first_us: int
    event_count: int


@dataclass(frozen=True, kw_only=True)
class TouchedDays:
    """All notes not yet settled, and the files they stand in."""

    days: tuple[TouchedDay, ...]
    files: tuple[Path, ...]

    def settle(self) -> None:
        """After the build that saw them is durable."""
        for path in self.files:
            path.unlink(missing_ok=True)


def note_touched_days(lake: Lake, touched: Iterable[TouchedDay]) -> None:
    """Durable before the landing files go, so that a killed run forgets nothing."""
    rows = [asdict(each) for each in touched]
    write_table(lake, pa.Table.from_pylist(rows, schema=SCHEMA), lake.dataset(DATASET) / f"{uuid.uuid4().hex}.parquet")


def read_touched_days(lake: Lake) -> TouchedDays:
    files = tuple(sorted(lake.dataset(DATASET).glob("*.parquet")))
    rows = [row for path in files for row in pq.read_table(path, schema=SCHEMA).to_pylist()]
    return TouchedDays(days=tuple(TouchedDay(**row) for row in rows), files=files)
