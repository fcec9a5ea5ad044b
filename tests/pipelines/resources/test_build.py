"""A build writes its partitions as it was asked to: row-wise models keep the order of their input."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.mining.lake.engine import EngineLimits, open_engine
from pipelines.mining.lake.files import Lake
from pipelines.resources.build import Build

#: Some row groups, so that two threads have something to bring out of order.
ROWS = 500_000


@pytest.mark.parametrize("kept_by", ["project", "day"])
def test_a_row_wise_model_keeps_the_order_of_its_first_table_whatever_it_joins(tmp_path: Path, kept_by: str) -> None:
    limits, day = EngineLimits(threads=2), date(2026, 3, 2)
    build = Build(lake=Lake(tmp_path), relations={}, days=(day,), project_id=1, limits=limits)
    with open_engine(limits) as engine:
        engine.execute(f"create table walked as select range as occurred_us, range % 1000 as key from range({ROWS})")
        engine.execute("create table named as select range as key, 'name ' || range as name from range(1000)")
        engine.execute(f"""
            create view model as
            select date '{day}' as day, 1 as workstation_user_id, walked.occurred_us, named.name
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


def test_what_is_kept_by_project_needs_a_project(tmp_path: Path) -> None:
    with open_engine() as engine, pytest.raises(ValueError, match="say which project to build"):
        Build(lake=Lake(tmp_path), relations={}).store_project(engine, "model", folder="model", is_row_wise=False)
