"""Holds the READMEs to the truth: the paths they name exist, their commands are make targets, the way is in order."""

import re
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, tracked_files

READMES = tuple(path for path in tracked_files() if path.name == "README.md")
PATH_IN_BACKTICKS = re.compile(r"`([\w./-]+\.(?:py|sql|ya?ml|md|toml|lock|json|js))`")
MAKE_TARGET = re.compile(r"`make ([\w-]+)`|^make ([\w-]+)", re.MULTILINE)


@pytest.mark.parametrize("readme", READMES, ids=str)
def test_every_path_a_readme_names_exists(readme: Path) -> None:
    named = PATH_IN_BACKTICKS.findall((ROOT / readme).read_text(encoding="utf-8"))
    missing = [path for path in named if not (ROOT / path).exists() and not (ROOT / readme.parent / path).exists()]
    assert not missing


#: Where a raw event is, one place after the other; a step of the README's way is at the first that begins its path.
PLACES = (
    *("domain/raw_events.py", "agent/policy/", "agent/spool/", "domain/event_batches.py"),
    *("governance_api/ingestion/gate.py", "governance_api/ingestion/landing/"),
    *("pipelines/assets/raw_events.py", "dbt/models/event_pool/", "dbt/models/activities/"),
    *("pipelines/assets/context_categories.py", "dbt/models/datamart/", "pipelines/assets/marts.py", "superset/"),
)
STEP = re.compile(r"^(\d+)\. `([^`]+)`: \S", re.MULTILINE)


def _place_of(path: str) -> int:
    return next(number for number, place in enumerate(PLACES) if path.startswith(place))


def test_the_way_of_one_event_names_its_files_in_order() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    way = text.split("## The way of one event", 1)[1].split("\n## ", 1)[0]
    steps = STEP.findall(way)
    assert [int(number) for number, _ in steps] == list(range(1, len(steps) + 1))
    assert [path for _, path in steps] == PATH_IN_BACKTICKS.findall(way)
    assert all((ROOT / path).is_file() for _, path in steps)
    assert [_place_of(path) for _, path in steps] == list(range(len(PLACES)))


def test_no_model_on_the_way_reads_one_that_is_named_after_it() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    way = text.split("## The way of one event", 1)[1].split("\n## ", 1)[0]
    named = [path for _, path in STEP.findall(way) if path.startswith("dbt/models/")]
    depends = {path: re.findall(r"ref\(['\"](\w+)['\"]\)", (ROOT / path).read_text(encoding="utf-8")) for path in named}
    stems = [Path(path).stem for path in named]
    for position, path in enumerate(named):
        assert not set(depends[path]) & set(stems[position + 1 :]), f"{path} reads a model that is named after it"


def test_every_make_target_a_readme_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    for readme in READMES:
        for quoted, bare in MAKE_TARGET.findall((ROOT / readme).read_text(encoding="utf-8")):
            assert (quoted or bare) in targets, readme
