"""Every model and every column of the dbt project is described, and nothing is described that a build does not make."""

from pathlib import Path

import duckdb
import pytest

from pipelines.mining.lake.files import Lake
from pipelines.resources import dbt_build
from pipelines.resources.build import Build
from pipelines.resources.compiled_models import CompiledModel
from pipelines.steps.days import process_days
from pipelines.steps.project import mine_project
from tests.fixtures.generated_facts import collection_facts, mining_facts
from tests.fixtures.generated_landing import generate_landing
from tests.pipelines.builders import dbt_builder


#: What DuckDB calls by a longer name than the YAML does.
SHORT_NAMES = {"varchar": "text", "timestamp with time zone": "timestamptz"}


@pytest.fixture
def real_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """model → the columns that a build gave it, with their types."""
    found: dict[str, dict[str, str]] = {}
    run_model = dbt_build.run_model

    def remembered(engine: duckdb.DuckDBPyConnection, build: Build, model: CompiledModel) -> dict[str, int]:
        stored = run_model(engine, build, model)
        described = engine.execute(f"describe select * from {model.relation}").fetchall()
        types = {str(name): str(data_type).lower() for name, data_type, *_ in described}
        # What is kept by project is read back with the name of its folder.
        types.pop("project", None)
        found[model.name] = {name: SHORT_NAMES.get(data_type, data_type) for name, data_type in types.items()}
        return stored

    monkeypatch.setattr(dbt_build, "run_model", remembered)
    landing = generate_landing(tmp_path, events=3_000, people=3, days=2)
    lake = Lake(tmp_path)
    process_days(lake, collection_facts(landing), dbt_builder())
    mine_project(lake, mining_facts(landing), dbt_builder())
    return found


def test_every_model_and_column_is_described(real_columns: dict[str, dict[str, str]]) -> None:
    models = {model.name: model for model in dbt_builder().models()}
    assert models.keys() == real_columns.keys()
    described = {
        name: {column.name: column.data_type for column in model.columns} for name, model in models.items()
    }
    assert described == real_columns
    undescribed = [
        f"{model.name}.{column.name}" for model in models.values() for column in model.columns if not column.description
    ]
    assert not undescribed
    assert not [model.name for model in models.values() if not model.description]
