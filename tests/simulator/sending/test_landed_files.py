"""Landed files hold what ingestion would have accepted, in the lake's own columns."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from domain.contexts import context_key
from domain.landing_files import CONTEXTS_FOLDER, LANDING_FOLDER
from simulator.parameters import Parameters, Rates
from simulator.sending.landed_files import land

PARAMETERS = Parameters(
    last_on=date(2026, 3, 6),
    people_per_team=1,
    working_days=2,
    rates=Rates(visit_seconds=120, events_per_person_day=400),
)


def test_exactly_the_accepted_events_land(tmp_path: Path) -> None:
    landed = land(PARAMETERS, tmp_path)
    tables = [pq.read_table(path) for path in sorted((tmp_path / LANDING_FOLDER).iterdir())]
    assert sum(map(len, tables)) == landed.truth.counts.accepted == sum(count for _, _, count in landed.files.values())
    keys = {key for table in tables for key in table["context_key"].to_pylist()}
    contexts = {
        row["context_key"]: (row["application"], row["window_title"], row["url"])
        for path in (tmp_path / CONTEXTS_FOLDER).iterdir()
        for row in pq.read_table(path).to_pylist()
    }
    assert keys <= contexts.keys()
    assert all(context_key(*texts) == key for key, texts in contexts.items())


def test_task_markers_keep_their_names(tmp_path: Path) -> None:
    land(PARAMETERS, tmp_path)
    rows = [row for path in (tmp_path / LANDING_FOLDER).iterdir() for row in pq.read_table(path).to_pylist()]
    marked = {(row["task_name"], row["case_id"]) for row in rows if row["task_name"]}
    assert marked
    assert {name for name, _ in marked} == {"Book invoice"}
    assert all(case_id.startswith("INV-") for _, case_id in marked)
