"""What dbt compiled: kept as long as the project is what it was, refused where a build could not hold to it."""

import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pipelines.project_files import DBT_PROJECT
from pipelines.resources import compiled_models as module
from pipelines.resources.compiled_models import CompiledModel, DbtCompileError, compiled_models

MODEL = CompiledModel(name="a", path="models/x/a.sql", relation='"a"', sql="select 1", tags=("x",))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "dbt"
    shutil.copytree(DBT_PROJECT, copy, ignore=shutil.ignore_patterns("target", "logs"))
    monkeypatch.setattr(module, "DBT_PROJECT", copy)
    return copy


def test_models_come_in_order_of_dependence_and_are_compiled_once_beside_the_project(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, compiled, compile_project = sorted(project.rglob("*")), list[str](), module._compile

    def counted(target: str) -> Mapping[str, Any]:
        compiled.append(target)
        return compile_project(target)

    monkeypatch.setattr(module, "_compile", counted)
    with ThreadPoolExecutor(2) as pool:  # two that begin at once
        first, second = pool.map(lambda _: compiled_models(tmp_path / "kept", target="portable"), range(2))
    assert (second, compiled) == (first, ["portable"])
    names = [each.name for each in first]
    for earlier, later in (("judged_events", "event_pool"), ("event_pool", "activities"), ("datamart", "task_pieces")):
        assert names.index(earlier) < names.index(later)
    monkeypatch.setattr(module, "_compile", lambda _: pytest.fail("compiled again"))
    assert compiled_models(tmp_path / "kept", target="portable") == first
    assert sorted(project.rglob("*")) == before


def test_a_changed_model_is_compiled_anew_and_a_broken_one_is_named(project: Path, tmp_path: Path) -> None:
    path = project / "models" / "activities" / "copy_pastes.sql"
    path.write_text(path.read_text().replace("ref('event_pool')", "ref('event_pol')"))
    with pytest.raises(DbtCompileError, match=r"(?s)target portable.*event_pol.*Correct the model"):
        compiled_models(tmp_path / "kept", target="portable")
    assert not list((tmp_path / "kept" / "portable").glob("*.json"))


def test_a_selection_names_models_or_a_tag() -> None:
    assert MODEL.is_selected(["b", "a"])
    assert MODEL.is_selected(["tag:x"])
    assert not MODEL.is_selected(["b"])
    assert not MODEL.is_selected(["tag:xy"])


@pytest.mark.parametrize("setting", [{"severity": "warn"}, {"where": "day > '2026-01-01'"}, {"error_if": ">10"}])
def test_a_data_test_that_a_build_would_judge_otherwise_is_refused(setting: dict[str, str]) -> None:
    config: dict[str, Any] = {**module.FAILS_BY_ITSELF, **setting}
    node = {"resource_type": "test", "name": "t", "config": config, "attached_node": "m", "compiled_code": "select 1"}
    with pytest.raises(DbtCompileError, match=f"Data test t sets {next(iter(setting))}"):
        module._tests({"nodes": {"t": node}})
