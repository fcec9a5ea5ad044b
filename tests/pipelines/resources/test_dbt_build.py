"""Running compiled models: a failure is named, a data test that finds rows is reported and stops nothing by itself."""

from pathlib import Path

import duckdb
import pytest

from pipelines.mining.lake.files import Lake
from pipelines.resources.build import Build
from pipelines.resources.compiled_models import CompiledModel, DataTest
from pipelines.resources.dbt_build import DbtBuildError, outcomes, run_model


def model(sql: str, *tests: DataTest) -> CompiledModel:
    return CompiledModel(name="a", path="models/x/a.sql", relation='"a"', sql=sql, tests=tests)


def test_a_data_test_fails_when_it_finds_a_row() -> None:
    none, some = DataTest(name="none", sql="select 1 where false"), DataTest(name="some", sql="select n from a")
    with duckdb.connect() as engine:
        engine.execute("create table a as select 1 as n")
        assert dict(outcomes(engine, model("", none, some))) == {"none": True, "some": False}


def test_a_model_that_fails_is_named_with_the_reason(tmp_path: Path) -> None:
    with duckdb.connect() as engine, pytest.raises(DbtBuildError, match=r"Model a failed: .*nothing_here"):
        run_model(engine, Build(lake=Lake(tmp_path), relations={}), model("select * from nothing_here"))
