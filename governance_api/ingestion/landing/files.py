"""Writes the files of one group commit: the contexts that are new, then the events; durable when the call returns.

Columns and folder names are `domain.landing_files`: add a column there, and its values in `landing_table`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from domain.contexts import Context
from domain.landing_files import (
    CONTEXT_COLUMNS,
    CONTEXT_TEXTS,
    CONTEXTS_FOLDER,
    CONTEXTS_GENERATION,
    COUNTERS,
    LANDING_COLUMNS,
    LANDING_FOLDER,
    ColumnType,
)
from governance_api.ingestion.deliveries import Delivery
from governance_api.ingestion.landing.arrow_columns import arrow_type, dictionary_array, numbers_array, texts_array
from governance_api.ingestion.landing.durable_files import new_file_name, remove_abandoned, write_durably

_TEXT = pa.dictionary(pa.int32(), pa.string())
LANDING_SCHEMA = pa.schema(
    pa.field(name, _TEXT if type_ is ColumnType.TEXT else arrow_type(type_), nullable=False)
    for name, type_ in LANDING_COLUMNS.items()
)
CONTEXTS_SCHEMA = pa.schema([(name, arrow_type(type_)) for name, type_ in CONTEXT_COLUMNS.items()])
#: Landing files live for minutes: work counts for more than bytes, and lz4 is read for two thirds of zstd's price.
LANDING_OPTIONS: dict[str, Any] = {
    "compression": "lz4",
    "use_dictionary": [name for name in LANDING_SCHEMA.names if name not in COUNTERS],
    "column_encoding": dict.fromkeys(COUNTERS, "DELTA_BINARY_PACKED"),
    "write_statistics": ["occurred_at"],
    "store_schema": False,
}
CONTEXTS_OPTIONS: dict[str, Any] = {"compression": "zstd", "compression_level": 1, "store_schema": False}


@dataclass(frozen=True, slots=True)
class LandedFile:
    """One durable file in lake/landing."""

    name: str
    event_count: int
    first_occurred_at_us: int
    last_occurred_at_us: int


class LandingFolders:
    """lake/landing and lake/contexts; created, and cleared of abandoned temporary files, by `prepare`."""

    def __init__(self, lake: Path) -> None:
        self.landing = lake / LANDING_FOLDER
        self.contexts = lake / CONTEXTS_FOLDER

    def prepare(self) -> None:
        for folder in (self.landing, self.contexts):
            folder.mkdir(parents=True, exist_ok=True)
            remove_abandoned(folder)

    def contexts_generation(self) -> str:
        """Changes before the pipelines delete contexts: who remembers which are on disk must forget them then."""
        try:
            return (self.contexts / CONTEXTS_GENERATION).read_text()
        except FileNotFoundError:
            return ""

    def write_contexts(self, contexts: dict[int, Context]) -> None:
        """Raises OSError when the contexts are not durable."""
        keys = numbers_array(np.array(list(contexts), np.int64), pa.int64())
        texts = [texts_array([getattr(context, name) for context in contexts.values()]) for name in CONTEXT_TEXTS]
        table = pa.Table.from_arrays([keys, *texts], schema=CONTEXTS_SCHEMA)
        write_durably(table, self.contexts / new_file_name(), **CONTEXTS_OPTIONS)

    def write_landing(
        self, deliveries: Sequence[Delivery], context_keys: Sequence[npt.NDArray[np.int64]]
    ) -> LandedFile:
        """Raises OSError when the events are not durable; there is at least one event."""
        table = landing_table(deliveries, context_keys)
        name = new_file_name()
        write_durably(table, self.landing / name, **LANDING_OPTIONS)
        instants = [delivery.events.occurred_at_us for delivery in deliveries]
        return LandedFile(name, len(table), int(min(map(np.min, instants))), int(max(map(np.max, instants))))

    def discard(self, landed: LandedFile) -> None:
        """For a file whose events were certainly not receipted."""
        (self.landing / landed.name).unlink(missing_ok=True)


def landing_table(deliveries: Sequence[Delivery], context_keys: Sequence[npt.NDArray[np.int64]]) -> pa.Table:
    """One row per event, in the order of delivery."""
    counts = [len(delivery.events) for delivery in deliveries]

    def column(name: str, values: npt.NDArray[Any], dtype: type[np.generic]) -> pa.Array:
        return numbers_array(values.astype(dtype, copy=False), LANDING_SCHEMA.field(name).type)

    def of_batch(name: str, values: Sequence[int], dtype: type[np.generic]) -> pa.Array:
        return column(name, np.repeat(np.array(values, dtype), counts), dtype)

    def of_event(name: str, dtype: type[np.generic], attribute: str = "") -> pa.Array:
        return column(name, np.concatenate([getattr(d.events, attribute or name) for d in deliveries]), dtype)

    elements = _offset([d.events.element for d in deliveries], [len(d.batch.elements) for d in deliveries])
    tasks = _offset([d.events.task for d in deliveries], [len(d.batch.tasks) for d in deliveries])
    all_elements = [element for d in deliveries for element in d.batch.elements]
    all_tasks = [task for d in deliveries for task in d.batch.tasks]
    return pa.Table.from_arrays(
        [
            of_batch("session_key", [d.session_key for d in deliveries], np.int64),
            of_batch("workstation_user_id", [d.sender.workstation_user_id for d in deliveries], np.int32),
            of_event("sequence", np.int64),
            of_event("occurred_at", np.int64, "occurred_at_us"),
            of_event("kind", np.int8),
            column("context_key", np.concatenate(context_keys), np.int64),
            of_event("source", np.int8),
            of_event("key_count", np.int32),
            of_event("value_length", np.int32),
            dictionary_array(elements, all_elements, attrgetter("role")),
            dictionary_array(elements, all_elements, attrgetter("name")),
            dictionary_array(elements, all_elements, attrgetter("element_id")),
            dictionary_array(tasks, all_tasks, attrgetter("name")),
            dictionary_array(tasks, all_tasks, attrgetter("case_id")),
        ],
        schema=LANDING_SCHEMA,
    )


def _offset(indexes: Sequence[npt.NDArray[np.integer]], sizes: Sequence[int]) -> npt.NDArray[np.int64]:
    """Indexes into the batches' own tables as indexes into all of them, one behind the other; 0 stays 0, none."""
    starts = np.cumsum([0, *sizes[:-1]])
    return np.concatenate(
        [np.where(index > 0, index.astype(np.int64) + start, 0) for index, start in zip(indexes, starts, strict=True)]
    )
