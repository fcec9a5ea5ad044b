"""Reads the contexts of the lake as one table, each key once, and merges many small files of them into one."""

import uuid
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from domain.contexts import Context
from domain.landing_files import CONTEXT_COLUMNS, CONTEXTS_FOLDER
from pipelines.mining.lake.files import Lake, arrow_type, finished_files, write_table

FILES_TO_MERGE = 32
SCHEMA = pa.schema([(name, arrow_type(type_)) for name, type_ in CONTEXT_COLUMNS.items()])
READ_ATTEMPTS = 5


def context_files(lake: Lake) -> list[Path]:
    """The finished files; one that is being written begins with a dot."""
    return finished_files(lake.dataset(CONTEXTS_FOLDER))


def read_contexts(lake: Lake) -> pa.Table:
    """Every known context once, in order of its key. Reads again when a merge took a file away meanwhile."""
    failures = 0
    while True:
        try:
            return _distinct([pq.read_table(path, schema=SCHEMA) for path in context_files(lake)])
        except FileNotFoundError:
            failures += 1
            if failures == READ_ATTEMPTS:
                raise


def merge_contexts(lake: Lake) -> int:
    """Makes one file of many once there are enough of them; says how many contexts there are."""
    files = context_files(lake)
    if len(files) < FILES_TO_MERGE:
        return -1
    merged = _distinct([pq.read_table(path, schema=SCHEMA) for path in files])
    write_table(lake, merged, lake.dataset(CONTEXTS_FOLDER) / f"merged-{uuid.uuid4().hex}.parquet")
    for path in files:
        path.unlink()
    return int(merged.num_rows)


def add_contexts(lake: Lake, contexts: Iterable[Context]) -> None:
    """Makes contexts known that no agent sent: those that a replacing filter leaves behind."""
    rows = sorted({(each.key, each.application, each.window_title, each.url) for each in contexts})
    if not rows:
        return
    columns = list(zip(*rows, strict=True))
    table = pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    )
    write_table(lake, table, lake.dataset(CONTEXTS_FOLDER) / f"masked-{uuid.uuid4().hex}.parquet")


def _distinct(tables: list[pa.Table]) -> pa.Table:
    if not tables:
        return SCHEMA.empty_table()
    table = pa.concat_tables(tables).sort_by("context_key")
    keys = table["context_key"].combine_chunks()
    if len(keys) < 2:
        return table
    first = pc.not_equal(keys[1:], keys[:-1])
    return table.filter(pa.concat_arrays([pa.array([True]), first]))
