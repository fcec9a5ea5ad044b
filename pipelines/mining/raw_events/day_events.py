"""Reads one local day's events from the files that hold them into memory, in the order in which they landed.

Columns of numbers and codes rather than rows, because a day arrives nearly in order: sorting one packed key costs a
fifth of what an engine pays for carrying whole rows through a sort (benchmarks/README.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from domain.landing_files import LANDING_COLUMNS, LANDING_TEXTS, ColumnType
from pipelines.mining.lake.files import arrow_type
from pipelines.mining.raw_events.person_days import OTHER_DAY, TIME_BITS, Integers, PersonDays

_TEXT = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    pa.field(name, _TEXT if type_ is ColumnType.TEXT else arrow_type(type_), nullable=False)
    for name, type_ in LANDING_COLUMNS.items()
)
_IN_THE_KEY = ("workstation_user_id", "occurred_at")
KEPT_AS_THEY_ARE = tuple(name for name in LANDING_COLUMNS if name not in (*LANDING_TEXTS, *_IN_THE_KEY))
"""Numbers that are carried along; person and time stand in the key."""


class MisplacedEventError(RuntimeError):
    """A day's file holds events that are not of that day for their person; rewriting it would lose them."""


class LandingCountError(RuntimeError):
    """Files hold more events than their receipts say."""


@dataclass(frozen=True)
class DayEvents:
    """Events of some people's day in the order in which they landed; texts as codes into a dictionary each."""

    days: PersonDays
    keys: Integers
    stored_count: int
    """So many of the first rows stood in the day's file already."""
    numbers: dict[str, Integers]
    codes: dict[str, npt.NDArray[np.int32]]
    dictionaries: dict[str, pa.Array]

    def landed(self) -> Iterator[tuple[int, int, int]]:
        """(person, microsecond of the first, count) of the events that are not from the day's file."""
        keys = self.keys[self.stored_count :]
        places = keys >> TIME_BITS
        counts = np.bincount(places, minlength=len(self.days.people))
        first = np.full(len(counts), np.iinfo(np.int64).max)
        np.minimum.at(first, places, keys)
        some = np.flatnonzero(counts)
        yield from zip(
            self.days.people[some].tolist(),
            self.days.times_of(first[some]).tolist(),
            counts[some].tolist(),
            strict=True,
        )


def read_day_events(stored: Path | None, landed: Sequence[Path], row_count: int, days: PersonDays) -> DayEvents:
    """What the files, of `row_count` rows in all, hold of the day of these people.

    Raises UnknownPersonError, LandingCountError and MisplacedEventError.
    """
    keys = np.empty(row_count, np.int64)
    numbers = {name: np.empty(row_count, SCHEMA.field(name).type.to_pandas_dtype()) for name in KEPT_AS_THEY_ARE}
    texts: dict[str, list[pa.DictionaryArray]] = {name: [] for name in LANDING_TEXTS}
    filled = stored_count = 0
    for path in [*([] if stored is None else [stored]), *landed]:
        source = path if path == stored else pa.BufferReader(path.read_bytes())  # small: one read of the disk
        table = pq.ParquetFile(source, read_dictionary=list(LANDING_TEXTS)).read(
            columns=SCHEMA.names, use_threads=False
        )
        found = days.keys(table["workstation_user_id"].to_numpy(), table["occurred_at"].cast(pa.int64()).to_numpy())
        if path == stored and found.min(initial=0) == OTHER_DAY:
            raise MisplacedEventError(
                f"{path.parent.name} holds events that are not of that day on the clock of their person: the time zone "
                "of somebody was changed behind the product's back; change it back, or restore the governance database."
            )
        chosen = np.flatnonzero(found >= 0)
        if len(chosen) < table.num_rows:
            table, found = table.take(pa.array(chosen)), found[chosen]
        after = filled + table.num_rows
        if after > row_count:
            raise LandingCountError(
                f"{path.name} and the files before it hold more than the {row_count} events of their receipts: "
                "somebody wrote to the landing folder; restore it, or remove the file that no receipt explains."
            )
        keys[filled:after] = found
        for name, values in numbers.items():
            values[filled:after] = table[name].to_numpy()
        for name, chunks in texts.items():
            chunks.extend(table[name].chunks)
        filled = after
        stored_count = filled if path == stored else stored_count
    unified = {name: pa.chunked_array(chunks, _TEXT).unify_dictionaries() for name, chunks in texts.items()}
    return DayEvents(
        days=days,
        keys=keys[:filled],
        stored_count=stored_count,
        numbers={name: values[:filled] for name, values in numbers.items()},
        codes={name: _codes(column) for name, column in unified.items()},
        dictionaries={name: _dictionary(column) for name, column in unified.items()},
    )


def _codes(column: pa.ChunkedArray) -> npt.NDArray[np.int32]:
    return np.concatenate([np.empty(0, np.int32), *(chunk.indices.to_numpy() for chunk in column.chunks)])


def _dictionary(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0).dictionary if column.num_chunks else pa.array([], pa.string())
