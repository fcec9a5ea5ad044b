"""Holds the house: which folders, files and sizes there may be."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.architecture.source_tree import PACKAGES, ROOT, product_modules, tracked_files
from tests.distribution import FILES_OF_THE_MACHINE, LONGEST_FIRST

NOT_PACKAGES = ("dbt", "superset", "tests")
NOWHERE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "lib"}
FOLDERS_WITH_A_README = (".", *PACKAGES, "dbt", "superset", "examples")
#: What the product was asked to consist of, by these names.
NAMED_PARTS = (
    *("agent", "dbt", "governance_api", "pipelines/assets", "pipelines/sensors", "superset", "tests"),
    *("README.md", "pyproject.toml", "workspace.yaml"),
)
MAX_LINES = 300
MAX_MODULES_PER_FOLDER = 12
MAX_MODULES_AT_THE_AGENTS_ROOT = 8
MAX_MODEL_LINES = 120
MAX_README_LINES = 60
MAX_README_COLUMNS = 140


def test_folders_that_would_shadow_an_installed_package_are_no_packages() -> None:
    shadowing = [path for path in tracked_files() if path.name == "__init__.py" and path.parts[0] in NOT_PACKAGES]
    assert not shadowing


def test_the_parts_the_product_was_asked_for_are_there() -> None:
    assert not [part for part in NAMED_PARTS if not (ROOT / part).exists()]


def test_the_workspace_names_the_definitions() -> None:
    workspace = yaml.safe_load((ROOT / "workspace.yaml").read_text(encoding="utf-8"))
    modules = [location["python_module"]["module_name"] for location in workspace["load_from"]]
    assert modules == ["pipelines.definitions"]
    assert (ROOT / "pipelines/definitions.py").is_file()


def test_no_module_is_named_after_nothing_in_particular() -> None:
    nameless = [path for path in product_modules() if {*path.parts[:-1], path.stem} & NOWHERE_NAMES]
    assert not nameless


def test_a_folder_with_more_than_a_dozen_modules_gets_rooms() -> None:
    counts = Counter(path.parent for path in product_modules() if path.name != "__init__.py")
    assert not {str(folder): count for folder, count in counts.items() if count > MAX_MODULES_PER_FOLDER}
    assert 0 < counts[Path("agent")] <= MAX_MODULES_AT_THE_AGENTS_ROOT


def test_no_file_outgrows_its_room() -> None:
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in product_modules()}
    assert not {str(path): length for path, length in lengths.items() if length > MAX_LINES}


def test_no_model_of_sql_outgrows_its_room() -> None:
    models = [path for path in tracked_files() if path.parts[:2] == ("dbt", "models") and path.suffix == ".sql"]
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in models}
    assert lengths
    assert not {str(path): length for path, length in lengths.items() if length > MAX_MODEL_LINES}


@pytest.mark.parametrize("folder", FOLDERS_WITH_A_README)
def test_every_part_says_what_it_is_in_under_sixty_lines(folder: str) -> None:
    readme = ROOT / folder / "README.md"
    assert readme.is_file(), f"{folder}/README.md is missing: say what this folder is for."
    assert len(readme.read_text(encoding="utf-8").splitlines()) < MAX_README_LINES


def test_no_readme_evades_its_lines_by_long_ones() -> None:
    readmes = [path for path in tracked_files() if path.name == "README.md"]
    lines = {(path, line) for path in readmes for line in (ROOT / path).read_text(encoding="utf-8").splitlines()}
    assert not {each for each in lines if len(each[1]) > MAX_README_COLUMNS and not each[1].startswith("|")}


def test_recordings_of_real_people_are_never_committed() -> None:
    assert not [path for path in tracked_files() if path.name in {"Reimbursement.csv", "StudentRecord.csv"}]


def test_the_longest_test_files_are_where_the_order_names_them() -> None:
    assert not [file for file in LONGEST_FIRST if not (ROOT / file).is_file()]
    assert set(FILES_OF_THE_MACHINE) <= set(LONGEST_FIRST)
