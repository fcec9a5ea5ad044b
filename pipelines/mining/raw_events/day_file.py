"""Writes a day's raw events in order of person and time, in few bytes and with little work."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from domain.landing_files import COUNTERS
from pipelines.mining.raw_events.day_events import SCHEMA, DayEvents
from pipelines.mining.raw_events.day_order import rows_in_order
from pipelines.mining.raw_events.person_days import Integers

SEARCHED = ("workstation_user_id", "occurred_at")
"""Columns by whose least and greatest value a reader may skip groups of rows; to know them of all costs a quarter."""
ROWS_PER_GROUP = 500_000

_Numbers = npt.NDArray[Any]


def day_writer(path: Path) -> pq.ParquetWriter:
    """Writes groups of rows one after the other; readers see texts, not dictionaries."""
    return pq.ParquetWriter(
        path,
        SCHEMA,
        compression="lz4",
        version="2.6",
        data_page_version="2.0",
        store_schema=False,
        use_dictionary=[name for name in SCHEMA.names if name not in COUNTERS],
        column_encoding=dict.fromkeys(COUNTERS, "DELTA_BINARY_PACKED"),
        write_statistics=list(SEARCHED),
    )


def tables_in_order(events: DayEvents) -> Iterator[pa.Table]:
    """The day as tables of SCHEMA, to be written in this order."""
    order = rows_in_order(events)
    numbers, codes = dict(_gatherers(events.numbers)), dict(_gatherers(events.codes))
    for first in range(0, len(order), ROWS_PER_GROUP):
        rows = order[first : first + ROWS_PER_GROUP]
        keys = events.keys[rows]
        columns: dict[str, pa.Array] = {
            "workstation_user_id": pa.array(events.days.people_of(keys).astype(np.int32)),
            "occurred_at": pa.array(events.days.times_of(keys)).view(SCHEMA.field("occurred_at").type),
        }
        columns |= {name: pa.array(values_at(rows)) for name, values_at in numbers.items()}
        columns |= {
            name: pa.DictionaryArray.from_arrays(pa.array(codes_at(rows)), events.dictionaries[name])
            for name, codes_at in codes.items()
        }
        yield pa.Table.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def _gatherers(columns: Mapping[str, _Numbers]) -> Iterator[tuple[str, Callable[[Integers], _Numbers]]]:
    """How to take rows of each column. Many say the same all day (no task, one source): any rows of them will do."""
    for name, values in columns.items():
        is_constant = not len(values) or values.min() == values.max()
        yield name, partial(_first_rows, values) if is_constant else values.__getitem__


def _first_rows(values: _Numbers, rows: Integers) -> _Numbers:
    return values[: len(rows)]
