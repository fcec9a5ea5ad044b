"""What is installed: the locks, the licence, and the one range of Python versions that every file names."""

import re
import tomllib

import pytest
import yaml
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
    """But for pynput, which production wants off Linux alone and the tests want there."""
    assert _pins(PRODUCTION).keys() & _pins(DEVELOPMENT).keys() == {"pynput"}
    assert _pins(PRODUCTION)["pynput"].split("\\")[0].strip().endswith("sys_platform != 'linux'")


def test_every_path_that_contributing_names_exists() -> None:
    """Where it stands for any name, as in `<format>.py`, its folder does."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w.-]+/[\w./<>-]*)`", text)
    assert len(named) > 20
    assert not [path for path in named if not (ROOT / path.split("<")[0].rpartition("/")[0]).is_dir()]
    assert not [path for path in named if "<" not in path and not (ROOT / path).exists()]


def test_the_licence_is_the_one_the_project_names() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    licence = " ".join((ROOT / "LICENSE").read_text(encoding="utf-8").split())
    assert licence.startswith("Apache License Version 2.0, January 2004")
    assert "9. Accepting Warranty or Additional Liability" in licence


def test_hooks_before_a_commit_run_from_this_checkout_and_fetch_nothing() -> None:
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [each["repo"] for each in repositories] == ["local"]
    hooks = repositories[0]["hooks"]
    assert {hook["language"] for hook in hooks} == {"system"}
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks)


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
