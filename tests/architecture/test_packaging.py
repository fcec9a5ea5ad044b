"""What is installed: the locks, the licence, and the one range of Python versions that every file names."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.architecture.source_tree import ROOT, tracked_files

PRODUCTION, DEVELOPMENT, SUPERSET = "requirements.lock", "requirements-dev.lock", "superset/requirements.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SUPPORTED = ("3.11", "3.12")


def _pins(lock: str) -> dict[str, str]:
    """Package by package, the text between one pin and the next: version, marker and hashes."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==((?:.|\n(?![a-z0-9]))*)", text, re.MULTILINE))


def _wanted(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


@pytest.mark.parametrize("lock", [PRODUCTION, DEVELOPMENT, SUPERSET])
def test_every_pin_of_a_lock_carries_hashes_and_no_download_address(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")
    pins = _pins(lock)
    assert len(pins) > 20
    assert not [name for name, rest in pins.items() if "--hash=sha256:" not in rest]


def test_there_is_no_lock_beside_the_three() -> None:
    locks = {path.as_posix() for path in tracked_files() if path.name.endswith(".lock")}
    assert locks == {PRODUCTION, DEVELOPMENT, SUPERSET}


def test_the_production_lock_holds_what_agent_and_server_ask_for_and_no_development_tool() -> None:
    extras = PROJECT["optional-dependencies"]
    wanted = _wanted([*PROJECT["dependencies"], *extras["agent"], *extras["server"]])
    assert wanted <= _pins(PRODUCTION).keys()
    tools = _wanted(extras["dev"]) - wanted
    assert tools & _pins(PRODUCTION).keys() <= {"pathspec"}  # which dbt needs as well
    assert tools <= _pins(PRODUCTION).keys() | _pins(DEVELOPMENT).keys()


def test_no_package_is_pinned_in_both_locks_of_one_environment() -> None:
    assert not _pins(PRODUCTION).keys() & _pins(DEVELOPMENT).keys()


def test_one_range_of_python_versions_is_named_everywhere() -> None:
    """Superset's environment is made by the same Python, and what it runs with is not built for newer ones."""
    accepted = SpecifierSet(PROJECT["requires-python"])
    named = [f"3.{minor}" for minor in range(9, 20) if f"3.{minor}" in accepted]
    assert tuple(named) == SUPPORTED
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert (
        f"not ({SUPPORTED[0].replace('.', ', ')}) <= sys.version_info[:2] <= ({SUPPORTED[1].replace('.', ', ')})"
        in (makefile)
    )
    sentence = " or ".join(SUPPORTED)
    for file in ("README.md", "Makefile"):
        text = (ROOT / file).read_text(encoding="utf-8")
        assert sentence in text, file
        assert set(re.findall(r"\b3\.\d+\b", text)) <= set(SUPPORTED), file
