"""The READMEs tell the truth: every path they name exists, every command they name is a make target.

Whether a described behaviour holds is for the tests of the part that behaves.
"""

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


def test_the_way_of_one_event_names_its_files_in_order() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    way = text.split("## The way of one event", 1)[1].split("\n## ", 1)[0]
    assert len(PATH_IN_BACKTICKS.findall(way)) >= 10


def test_every_make_target_a_readme_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    for readme in READMES:
        for quoted, bare in MAKE_TARGET.findall((ROOT / readme).read_text(encoding="utf-8")):
            assert (quoted or bare) in targets, readme
