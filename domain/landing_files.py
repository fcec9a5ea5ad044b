"""Says what ingestion leaves in the lake for the pipelines: folders, columns and their types, unfinished files.

Add a column here when every landed event is to carry one more fact; whoever writes or reads these files follows.
Types are Arrow's own names, so that each side makes its schema of them with a line.
"""

from enum import StrEnum
from typing import Final

from domain.contexts import Context

LANDING_FOLDER: Final = "landing"
CONTEXTS_FOLDER: Final = "contexts"
CONTEXTS_GENERATION: Final = ".generation"
"""In the folder of contexts: its text changes before contexts are deleted; who remembers durable ones forgets them."""
UNFINISHED_PREFIX: Final = "."
"""Files whose names begin so are still being written, or are no data at all."""


class ColumnType(StrEnum):
    """INSTANT is an aware UTC instant in microseconds; a TEXT may be written as a dictionary."""

    INT8 = "int8"
    INT32 = "int32"
    INT64 = "int64"
    INSTANT = "timestamp[us]"
    TEXT = "string"


LANDING_COLUMNS: Final[dict[str, ColumnType]] = {
    "session_key": ColumnType.INT64,
    "workstation_user_id": ColumnType.INT32,
    "sequence": ColumnType.INT64,
    "occurred_at": ColumnType.INSTANT,
    "kind": ColumnType.INT8,
    "context_key": ColumnType.INT64,
    "source": ColumnType.INT8,
    "key_count": ColumnType.INT32,
    "value_length": ColumnType.INT32,
    "element_role": ColumnType.TEXT,
    "element_name": ColumnType.TEXT,
    "element_id": ColumnType.TEXT,
    "task_name": ColumnType.TEXT,
    "case_id": ColumnType.TEXT,
}
"""One row per event, in the order of delivery. No column holds nulls: they cost a quarter more to write and to read."""

LANDING_TEXTS: Final = tuple(name for name, type_ in LANDING_COLUMNS.items() if type_ is ColumnType.TEXT)
COUNTERS: Final = ("sequence", "occurred_at", "kind", "key_count")
"""Small or rising numbers: kept as differences, for half the work of a dictionary of them; the others by dictionary."""

CONTEXT_TEXTS: Final = Context.__struct_fields__
CONTEXT_COLUMNS: Final[dict[str, ColumnType]] = {
    "context_key": ColumnType.INT64,
    **dict.fromkeys(CONTEXT_TEXTS, ColumnType.TEXT),
}
"""One row per context that was new to its writer; the same key may stand in several files."""


def is_finished(file_name: str) -> bool:
    """Whether a file of either folder holds data that a reader may use."""
    return file_name.endswith(".parquet") and not file_name.startswith(UNFINISHED_PREFIX)
