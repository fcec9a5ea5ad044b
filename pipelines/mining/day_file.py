"""How a day's raw events are written: few bytes, little work, in order of person and time.

Which order that is belongs to `day_order`; moving the finished file to its place, to `lake`.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.mining.day_events import SCHEMA, DayEvents
from pipelines.mining.day_order import rows_in_order

ASCENDING = ("sequence", "occurred_at")
"""Columns that hardly repeat and mostly rise: kept as differences, the others by dictionary."""
SEARCHED = ("workstation_user_id", "occurred_at")
"""Columns by whose least and greatest value a reader may skip groups of rows; to know them of all costs a quarter."""
ROWS_PER_GROUP = 500_000


def day_writer(path: Path) -> pq.ParquetWriter:
    """Writes groups of rows one after the other; readers see texts, not dictionaries."""
    return pq.ParquetWriter(
        path,
        SCHEMA,
        compression="zstd",
        compression_level=1,
        version="2.6",
        data_page_version="2.0",
        store_schema=False,
        use_dictionary=[name for name in SCHEMA.names if name not in ASCENDING],
        column_encoding=dict.fromkeys(ASCENDING, "DELTA_BINARY_PACKED"),
        write_statistics=list(SEARCHED),
    )


def tables_in_order(events: DayEvents) -> Iterator[pa.Table]:
    """The day as tables of SCHEMA, to be written in this order."""
    order = rows_in_order(events)
    for first in range(0, len(order), ROWS_PER_GROUP):
        rows = order[first : first + ROWS_PER_GROUP]
        keys = events.keys[rows]
        columns: dict[str, pa.Array] = {
            "workstation_user_id": pa.array(events.days.people_of(keys).astype(np.int32)),
            "occurred_at": pa.array(events.days.times_of(keys)).view(SCHEMA.field("occurred_at").type),
        }
        columns |= {name: pa.array(values[rows]) for name, values in events.numbers.items()}
        columns |= {
            name: pa.DictionaryArray.from_arrays(pa.array(codes[rows]), events.dictionaries[name])
            for name, codes in events.codes.items()
        }
        yield pa.Table.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA)
