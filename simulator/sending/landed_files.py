"""Writes a workforce straight into a lake's landing folder, as ingestion would have: for benchmarks without HTTP.

Refused events and resent batches never land. Use `agents` to go through the API instead.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from domain.dates.days import day_bounds_us
from domain.event_batches import Element, EventBatch, Task
from domain.landing_files import CONTEXT_COLUMNS, CONTEXTS_FOLDER, LANDING_COLUMNS, LANDING_FOLDER, ColumnType
from simulator.office.people import Person, workforce_people
from simulator.parameters import Parameters
from simulator.raw_events.deliveries import Delivery
from simulator.truth.expected import Truth
from simulator.workforce import simulate_person


def _schema(columns: Mapping[str, ColumnType]) -> pa.Schema:
    instant = pa.timestamp("us", tz="UTC")
    return pa.schema(
        [
            pa.field(name, instant if type_ is ColumnType.INSTANT else pa.type_for_alias(type_.value), nullable=False)
            for name, type_ in columns.items()
        ]
    )


_TEXT = pa.string()
SCHEMA, CONTEXTS_SCHEMA = _schema(LANDING_COLUMNS), _schema(CONTEXT_COLUMNS)


class LandedWorkforce(msgspec.Struct, frozen=True):
    """What was written. `files`: name → first and last instant in microseconds, and count of events."""

    truth: Truth
    workstation_user_ids: dict[str, int]
    files: dict[str, tuple[int, int, int]]


def land(parameters: Parameters, lake: Path) -> LandedWorkforce:
    """One landing file and one file of contexts per round of everybody's next working day; people count from 1."""
    people = workforce_people(parameters)
    ids = {person.login: number for number, person in enumerate(people, start=1)}
    days = [simulate_person(parameters, person) for person in people]
    truth, round_number = Truth(), 0
    files: dict[str, tuple[int, int, int]] = {}
    while True:
        tables: list[pa.Table] = []
        contexts: dict[int, tuple[str, str, str]] = {}
        for person, next_days in zip(people, days, strict=True):
            day = next(next_days, None)
            if day is None:
                continue
            truth.add(day.truth)
            window_us = _window_us(parameters, person)
            tables += [_table(each.batch, ids[person.login], window_us, contexts) for each in _landing(day.deliveries)]
        if not tables:
            return LandedWorkforce(truth=truth, workstation_user_ids=ids, files=files)
        name = f"simulated-{round_number:06d}.parquet"
        _write_contexts(contexts, lake / CONTEXTS_FOLDER / name)
        files[name] = _write_events(tables, lake / LANDING_FOLDER / name)
        round_number += 1


def _landing(deliveries: Iterable[Delivery]) -> list[Delivery]:
    return [delivery for delivery in deliveries if delivery.counts.accepted]


def _window_us(parameters: Parameters, person: Person) -> tuple[int, int]:
    opens_us, _ = day_bounds_us(parameters.first_on, person.time_zone)
    return opens_us, day_bounds_us(parameters.last_on, person.time_zone)[1]


def _table(
    batch: EventBatch, workstation_user_id: int, window_us: tuple[int, int], contexts: dict[int, tuple[str, str, str]]
) -> pa.Table:
    keys = []
    for context in batch.contexts:
        keys.append(context.key)
        contexts[keys[-1]] = (context.application, context.window_title, context.url)
    count = batch.event_count
    occurred_us = np.frombuffer(batch.occurred_at, "<i8")
    columns: dict[str, pa.Array] = {
        "session_key": pa.array(np.full(count, batch.session.key, np.int64)),
        "workstation_user_id": pa.array(np.full(count, workstation_user_id, np.int32)),
        "sequence": pa.array(np.frombuffer(batch.sequence, "<i8")),
        "occurred_at": pa.array(occurred_us).cast(pa.timestamp("us", tz="UTC")),
        "kind": pa.array(np.frombuffer(batch.kind, "u1").astype(np.int8)),
        "context_key": pa.array(np.array(keys, np.int64)[np.frombuffer(batch.context, "<u4")]),
        "source": pa.array(np.frombuffer(batch.source, "u1").astype(np.int8)),
        "key_count": pa.array(np.frombuffer(batch.key_count, "<i4")),
        "value_length": pa.array(np.frombuffer(batch.value_length, "<i4")),
        **_texts(batch.elements, batch.element, ("element_role", "element_name", "element_id"), count),
        **_texts(batch.tasks, batch.task, ("task_name", "case_id"), count),
    }
    opens_us, closes_us = window_us
    return pa.table(columns, schema=SCHEMA).filter(pa.array((occurred_us >= opens_us) & (occurred_us < closes_us)))


def _texts(
    things: Sequence[Element] | Sequence[Task], numbers: bytes, names: Sequence[str], count: int
) -> dict[str, pa.Array]:
    """One text column per field; number 0 is none: empty texts."""
    index = pa.array(np.frombuffer(numbers, "<u4").astype(np.int32) if numbers else np.zeros(count, np.int32))
    rows = [("",) * len(names), *(tuple(msgspec.structs.astuple(thing)) for thing in things)]
    return {
        name: pa.DictionaryArray.from_arrays(index, pa.array([row[column] for row in rows], _TEXT)).cast(_TEXT)
        for column, name in enumerate(names)
    }


def _write_contexts(contexts: dict[int, tuple[str, str, str]], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [(key, *texts) for key, texts in contexts.items()]
    columns = [
        pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), CONTEXTS_SCHEMA, strict=True)
    ]
    pq.write_table(pa.Table.from_arrays(columns, schema=CONTEXTS_SCHEMA), path, compression="zstd")


def _write_events(tables: Sequence[pa.Table], path: Path) -> tuple[int, int, int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    events = pa.concat_tables(tables)
    pq.write_table(events, path, compression="zstd")
    instants = events["occurred_at"].cast(pa.int64()).to_numpy()
    return int(instants.min()), int(instants.max()), len(events)
