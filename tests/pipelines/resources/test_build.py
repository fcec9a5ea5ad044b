"""A build writes its partitions as it was asked to: row-wise models keep the order of their input."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.mining.days.event_order import EventOrderError
from pipelines.mining.lake.engine import EngineLimits, open_engine
from pipelines.mining.lake.files import Lake, write_table
from pipelines.resources.build import Build

#: Some row groups, so that two threads have something to bring out of order.
ROWS = 500_000


@pytest.mark.parametrize("kept_by", ["project", "day"])
def test_a_row_wise_model_keeps_the_order_of_its_first_table_whatever_it_joins(tmp_path: Path, kept_by: str) -> None:
    limits, day = EngineLimits(threads=2), date(2026, 3, 2)
    build = Build(lake=Lake(tmp_path), relations={}, days=(day,), project_id=1, limits=limits)
    with open_engine(limits) as engine:
        engine.execute(f"""
            create table walked as
            select range as occurred_us, 7 as session_key, range as sequence, range % 1000 as key from range({ROWS})
        """)
        engine.execute("create table named as select range as key, 'name ' || range as name from range(1000)")
        engine.execute(f"""
            create view model as
            select
                date '{day}' as day, 1 as workstation_user_id, walked.occurred_us, walked.session_key, walked.sequence,
                named.name
            from walked inner join named on walked.key = named.key
        """)
        if kept_by == "project":
            assert build.store_project(engine, "model", folder="model", is_row_wise=True) == ROWS
            path = build.lake.project_file("model", 1)
        else:
            assert build.store_days(engine, "model", dataset="model", is_row_wise=True) == ROWS
            path = build.lake.day_file("model", day)
        assert engine.execute("select count(*), current_setting('threads') from model").fetchall() == [(ROWS, 2)]
    assert pq.ParquetFile(path).read(["occurred_us"])["occurred_us"].to_pylist() == list(range(ROWS))
    assert not build.sorted_again


DAY = date(2026, 3, 2)
SHUFFLED = {
    "people": "select 9 - range % 9 as workstation_user_id, range as occurred_us, 7 as session_key, range as sequence",
    "times": "select 1 as workstation_user_id, 5000 - range as occurred_us, 7 as session_key, range as sequence",
    "sessions at one instant": "select 1 as workstation_user_id, 7 as occurred_us, range % 3 as session_key,"
    " range as sequence",
    "sequences at one instant": "select 1 as workstation_user_id, 7 as occurred_us, 7 as session_key,"
    " 5000 - range as sequence",
}


@pytest.mark.parametrize("what", SHUFFLED)
def test_events_that_come_out_of_order_are_sorted_and_the_build_says_so(tmp_path: Path, what: str) -> None:
    build = Build(lake=Lake(tmp_path), relations={}, days=(DAY,))
    with open_engine() as engine:
        engine.execute(f"create view model as select date '{DAY}' as day, * from ({SHUFFLED[what]} from range(5000))")
        assert build.store_days(engine, "model", dataset="event_pool", is_row_wise=True) == 5_000
        expected = engine.execute("select * exclude (day) from model order by 1, 2, 3, 4").fetchall()
    stored = pq.ParquetFile(build.lake.day_file("event_pool", DAY)).read()
    assert [tuple(row.values()) for row in stored.to_pylist()] == expected
    assert build.sorted_again == {"event_pool": 1}


def test_a_day_that_cannot_be_sorted_leaves_what_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = Build(lake=Lake(tmp_path), relations={}, days=(DAY,))
    path = build.lake.day_file("event_pool", DAY)
    write_table(build.lake, pa.table({"before": [1]}), path)
    monkeypatch.setattr("pipelines.resources.build.is_in_event_order", lambda _: False)
    with open_engine() as engine:
        engine.execute(f"create view model as select date '{DAY}' as day, * from ({SHUFFLED['times']} from range(9))")
        with pytest.raises(EventOrderError, match=r"event_pool of 2026-03-02 was sorted and is not in order"):
            build.store_days(engine, "model", dataset="event_pool", is_row_wise=True)
    assert pq.ParquetFile(path).read().column_names == ["before"]


def test_what_is_kept_by_project_needs_a_project(tmp_path: Path) -> None:
    with open_engine() as engine, pytest.raises(ValueError, match="say which project to build"):
        Build(lake=Lake(tmp_path), relations={}).store_project(engine, "model", folder="model", is_row_wise=False)
