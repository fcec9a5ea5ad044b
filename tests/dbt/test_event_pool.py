"""The event pool by random windows, recorded sessions and verdicts: the rows and the order of a plain walk in Python."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from domain.event_kinds import DEFINITIONS, KIND_BY_CODE
from pipelines.mining.days.event_order import EVENT_ORDER
from pipelines.mining.days.event_verdicts import SCHEMA as VERDICTS
from pipelines.mining.facts.calendar import PERMITTED_SPANS
from pipelines.mining.lake.engine import EngineLimits, open_engine
from pipelines.mining.lake.files import Lake
from pipelines.mining.raw_events.day_events import SCHEMA as RAW_EVENTS
from pipelines.resources.build import Build
from tests.pipelines.builders import dbt_builder

DAY = date(2026, 3, 2)
PEOPLE, CONTEXTS, SESSIONS = 5, 12, 3
LAST_US = 2_000
Row = dict[str, Any]


def history(dice: np.random.Generator) -> tuple[list[Row], list[Row], list[Row]]:
    """Raw events in order, permitted spans and verdicts. More events than one vector of the engine holds."""
    events = [
        {
            "workstation_user_id": int(dice.integers(1, PEOPLE + 1)),
            "occurred_us": int(dice.integers(LAST_US)),
            "session_key": int(dice.integers(SESSIONS)),
            "sequence": number,
            "kind": int(dice.integers(len(KIND_BY_CODE))),
            "context_key": int(dice.integers(1, CONTEXTS)),
            "key_count": int(dice.integers(9)),
        }
        for number in range(int(dice.integers(1, 9_000)))
    ]
    spans = [span for person in range(1, PEOPLE + 1) for span in spans_of(dice, person)]
    verdicts = [
        {
            "context_key": context,
            "kind": kind,
            "is_excluded": bool(dice.random() < 0.5),
            "masked_context_key": context + 100,
            "masks_element_name": False,
            "masks_element": False,
            "masks_counts": bool(dice.random() < 0.5),
        }
        for context in range(1, CONTEXTS)
        for kind in range(len(KIND_BY_CODE))
        if dice.random() < 0.3
    ]
    return sorted(events, key=lambda each: [each[name] for name in EVENT_ORDER]), spans, verdicts


def spans_of(dice: np.random.Generator, person: int) -> Iterator[Row]:
    """None, one or some, disjoint; some for one session only."""
    bounds = np.sort(dice.choice(LAST_US, 2 * int(dice.integers(4)), replace=False)).tolist()
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        session = int(dice.integers(SESSIONS)) if dice.random() < 0.3 else None
        yield {"workstation_user_id": person, "session_key": session, "starts_us": start, "ends_us": end}


def plain_pool(events: list[Row], spans: list[Row], verdicts: list[Row]) -> list[Row]:
    said = {(each["context_key"], each["kind"]): each for each in verdicts}
    pool = []
    for event in events:
        verdict = said.get((event["context_key"], event["kind"]))
        is_allowed = any(
            span["workstation_user_id"] == event["workstation_user_id"]
            and span["starts_us"] <= event["occurred_us"] < span["ends_us"]
            and span["session_key"] in {None, event["session_key"]}
            for span in spans
        )
        if not is_allowed:
            continue
        if verdict is None:
            pool.append(event)
        elif not verdict["is_excluded"]:
            key_count = 0 if verdict["masks_counts"] else event["key_count"]
            pool.append({**event, "context_key": verdict["masked_context_key"], "key_count": key_count})
        elif DEFINITIONS[KIND_BY_CODE[event["kind"]]].is_kept_of_excluded:
            pool.append({**event, "context_key": 0, "key_count": 0})
    return pool


def raw_table(events: list[Row]) -> pa.Table:
    empty = {field.name: "" if pa.types.is_dictionary(field.type) else 0 for field in RAW_EVENTS}
    rows = [{**empty, **event, "occurred_at": event["occurred_us"]} for event in events]
    return pa.Table.from_pylist([{name: row[name] for name in RAW_EVENTS.names} for row in rows], schema=RAW_EVENTS)


@pytest.mark.parametrize("seed", range(30))
def test_the_event_pool_is_what_a_plain_walk_keeps_in_its_order(tmp_path: Path, seed: int) -> None:
    events, spans, verdicts = history(np.random.default_rng(seed))
    build = Build(
        lake=Lake(tmp_path),
        relations={
            "lake.raw_events": f"select *, date '{DAY}' as day from raw_events",
            "build.permitted_spans": "select * from spans",
            "build.event_verdicts": "select * from verdicts",
        },
        days=(DAY,),
        limits=EngineLimits(threads=2),
    )
    models = {model.name: model for model in dbt_builder().models()}
    with open_engine() as engine:
        engine.register("raw_events", raw_table(events))
        engine.register("spans", pa.Table.from_pylist(spans, schema=PERMITTED_SPANS))
        engine.register("verdicts", pa.Table.from_pylist(verdicts, schema=VERDICTS))
        build.open(engine)
        for name in ("judged_events", "event_pool"):
            engine.execute(f"create view {models[name].relation} as ({models[name].sql})")
        expected = plain_pool(events, spans, verdicts)
        assert build.store_days(engine, models["event_pool"].relation, dataset="event_pool", is_row_wise=True) == len(
            expected
        )
    path = build.lake.day_file("event_pool", DAY)
    assert (pq.ParquetFile(path).read().to_pylist() if path.exists() else []) == [
        {name: event[name] for name in (*EVENT_ORDER, "kind", "context_key", "key_count")} for event in expected
    ]
