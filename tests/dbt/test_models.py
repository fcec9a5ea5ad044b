"""The dbt models: their unit tests, their words, and that the streaming and the portable form say the same."""

from domain.landing_files import LANDING_FOLDER, CONTEXTS_FOLDER
from datetime import date
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from tests.fixtures.generated_landing import GeneratedLanding, generate_landing
from tests.fixtures.generated_facts import collection_facts, mining_facts
from pipelines.mining.days.inputs import daily_datasets, daily_inputs
from pipelines.mining.days.event_verdicts import SCHEMA
from pipelines.mining.lake.files import Lake
from pipelines.mining.projects.inputs import project_datasets, project_inputs
from pipelines.resources.dbt_build import DbtBuilder
from pipelines.project_files import DBT_PROJECT
from pipelines.steps.days import DAILY_MODELS, process_days
from pipelines.steps.project import PROJECT_MODELS, mine_project
from tests.dbt.dbt_itself import DbtItself
from tests.pipelines.builders import dbt_builder, read_dataset


def test_the_unit_tests_of_dbt_pass(tmp_path: Path) -> None:
    landing = GeneratedLanding(folder=tmp_path, files=(), events=0, resent=0, person_count=1, days=(date(2026, 3, 2),))
    lake, facts, project = Lake(tmp_path), collection_facts(landing), mining_facts(landing)
    dbt = DbtItself(folder=tmp_path, outcomes={})
    dbt.build(
        lake,
        select=(*DAILY_MODELS, *PROJECT_MODELS),
        inputs={
            **daily_inputs(facts, facts.permissions({}), [], landing.days, SCHEMA.empty_table()),
            **project_inputs(lake, project, []),
        },
        datasets={**daily_datasets(lake, landing.days), **project_datasets(lake, project)},
        days=landing.days,
        project_id=1,
    )
    declared = {
        test["name"]
        for path in DBT_PROJECT.glob("models/**/*.yml")
        for test in yaml.safe_load(path.read_text()).get("unit_tests", [])
    }
    assert declared <= dbt.outcomes.keys()
    assert set(dbt.outcomes.values()) <= {"pass", "success"}, dbt.outcomes


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> GeneratedLanding:
    return generate_landing(tmp_path_factory.mktemp("landed"), events=30_000, people=6, days=3)


def built(landing: GeneratedLanding, folder: Path, dbt: DbtBuilder | DbtItself) -> Lake:
    lake = Lake(folder)
    for name in (LANDING_FOLDER, CONTEXTS_FOLDER):
        (lake.root / name).mkdir(parents=True)
        for path in (landing.folder / name).iterdir():
            (lake.root / name / path.name).hardlink_to(path)
    builder = cast(DbtBuilder, dbt)
    assert process_days(lake, collection_facts(landing), builder).built.discrepancies == ()
    mine_project(lake, mining_facts(landing), builder)
    return lake


def rows(table: pa.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def assert_same_rows(one: Lake, other: Lake) -> None:
    for dataset in ("event_pool", "activities", "activities_carry", "copy_pastes"):
        assert rows(read_dataset(one, dataset)) == rows(read_dataset(other, dataset)), dataset
    found = {str(path.relative_to(one.root)) for path in one.root.glob("**/project=1/*.parquet")}
    for name in found:
        assert rows(pq.read_table(one.root / name)) == rows(pq.read_table(other.root / name)), name
    assert len(found) > 10


def test_streaming_and_portable_sql_give_the_same_rows(landing: GeneratedLanding, tmp_path: Path) -> None:
    streaming, portable = (
        built(landing, tmp_path / target, dbt_builder(target)) for target in ("streaming", "portable")
    )
    assert_same_rows(streaming, portable)


def test_what_dbt_compiled_gives_the_rows_that_dbt_itself_gives(landing: GeneratedLanding, tmp_path: Path) -> None:
    folder = tmp_path / "dbt"
    folder.mkdir()
    itself = DbtItself(folder=folder, outcomes={})
    assert_same_rows(built(landing, tmp_path / "compiled", dbt_builder()), built(landing, tmp_path / "itself", itself))
    assert set(itself.outcomes.values()) <= {"pass", "success"}


def test_a_night_behind_a_lock_is_off_on_both_its_days(landing: GeneratedLanding, tmp_path: Path) -> None:
    lake = built(landing, tmp_path / "lake", dbt_builder())
    off = {row["day"] for row in rows(read_dataset(lake, "activities")) if row["state"] == "off"}
    assert off == set(landing.days)
    nights = [row for row in rows(read_dataset(lake, "activities")) if row["day"] > landing.days[0]]
    first = {row["workstation_user_id"]: row for row in reversed(nights) if row["day"] == landing.days[1]}
    assert {row["state"] for row in first.values() if row["workstation_user_id"] % 3} == {"off"}
