"""Writes a file so that it is either whole and durable under its name, or not there at all."""

import os
import secrets
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from domain.landing_files import UNFINISHED_PREFIX

TEMPORARY_PREFIX = f"{UNFINISHED_PREFIX}writing-"
#: No honest write takes this long; what a killed process left behind is removed at the next start.
ABANDONED_AFTER_SECONDS = 600.0


def new_file_name() -> str:
    """Sorts by time, and differs between processes."""
    return f"{time.time_ns():020d}-{os.getpid():x}-{secrets.token_hex(4)}.parquet"


def write_durably(table: pa.Table, path: Path, **options: Any) -> None:
    """Temp, fsync, rename, fsync of the folder. Raises OSError, and then leaves nothing behind."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **options)
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{path.name}")
    try:
        with temporary.open("xb") as file:
            file.write(sink.getvalue())
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    fsync_folder(path.parent)


def fsync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_abandoned(folder: Path) -> None:
    """Removes temporary files that a killed process left behind."""
    for path in folder.glob(f"{TEMPORARY_PREFIX}*"):
        if time.time() - path.stat().st_mtime > ABANDONED_AFTER_SECONDS:
            path.unlink(missing_ok=True)
