"""Reads a Parquet file that may be damaged, and tells a fault of the file from one of the machine."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

UNREADABLE = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, KeyError, OSError)
"""What reading a damaged file raises; an OSError is one of the machine when `is_of_the_machine` says so."""


def is_of_the_machine(error: BaseException) -> bool:
    """A full disk, or a folder that may not be read, is no fault of a file: those errors carry their number."""
    return isinstance(error, OSError) and error.errno is not None


def read_or_none(path: Path, columns: Sequence[str] | None = None) -> pa.Table | None:
    """All columns unless some are named; None where the file is damaged or lacks one. Raises errors of the machine."""
    try:
        table = pq.ParquetFile(path).read(columns=columns, use_threads=False)
        return table if columns is None else table.select(columns)
    except UNREADABLE as error:
        if is_of_the_machine(error):
            raise
        return None


def row_count(path: Path) -> int:
    """Of a file that may be damaged: then one at least. Raises errors of the machine."""
    try:
        return max(1, int(pq.read_metadata(path).num_rows))
    except UNREADABLE as error:
        if is_of_the_machine(error):
            raise
        return 1
