"""The wheel with the extra `agent`, alone in its own environment: it works, and nothing of the server is there."""

import os
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from agent.settings import StateFolder, load_enrolment
from tests.fakes.agent_service import AgentService
from tests.wheel import built_wheel

NEEDED = {"msgspec", "google-re2", "jeepney", "python-xlib", "six", "typing-extensions"}
"""On Linux. Not pynput, which Windows and macOS alone import: it would ask for evdev, and that for a compiler."""

IMPORT_ALL = """
import importlib, pkgutil, sys
import agent, domain
for package in (agent, domain):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
print(len(sys.modules))
"""


def _wanted(of: Distribution, extra: str = "") -> list[Requirement]:
    required = [Requirement(line) for line in of.requires or []]
    return [each for each in required if each.marker is None or each.marker.evaluate({"extra": extra})]


def _lend(requirements: list[Requirement], site: Path, names: set[str]) -> None:
    """Links what is required, and what that requires, from the environment of these tests."""
    for requirement in requirements:
        name = canonicalize_name(requirement.name)
        if name in names:
            continue
        names.add(name)
        found = distribution(requirement.name)
        for top in {file.parts[0] for file in found.files or [] if file.parts[0] not in {"..", "__pycache__"}}:
            if not (site / top).exists():
                (site / top).symlink_to(Path(str(found.locate_file(top))))
        _lend(_wanted(found), site, names)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("alone")
    venv.create(folder / "environment", with_pip=False)
    python = folder / "environment" / "bin" / "python"
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    for part in ("governance_api", "pipelines", "standalone", "simulator"):
        assert (site / part).is_dir()
    (ours,) = [each for each in distributions(path=[str(site)]) if each.name == "task-mining"]
    names: set[str] = set()
    _lend(_wanted(ours, "agent"), site, names)
    assert names <= NEEDED
    return python


def _run(python: Path, *words: str, home: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    environment = {"TASK_MINING_AGENT_HOME": str(home), "PATH": "/usr/bin:/bin"}
    command = [str(python), "-I", *words]
    return subprocess.run(command, env=environment, input=typed, capture_output=True, text=True, check=False)


def test_every_module_of_the_agent_is_imported_without_the_server(python: Path, tmp_path: Path) -> None:
    done = _run(python, "-c", IMPORT_ALL, home=tmp_path)
    assert done.returncode == 0, done.stderr


def test_it_enrols_and_answers(python: Path, tmp_path: Path) -> None:
    command = ("-m", "agent.command")
    with AgentService() as service:
        enrol = ("enrol", "--server", service.url, "--host", "pc-1")
        assert "Enrolled jane on pc-1" in _run(python, *command, *enrol, home=tmp_path, typed="K").stdout
    assert load_enrolment(StateFolder(tmp_path)).login == "jane"
    assert "task-mining-agent run" in _run(python, *command, "status", home=tmp_path).stdout
    run = _run(python, *command, "run", home=tmp_path)
    assert "There is no display" in run.stderr


def test_the_server_is_not_there(python: Path, tmp_path: Path) -> None:
    for name in ("fastapi", "sqlalchemy", "duckdb", "dagster", "numpy", "pyarrow", "pandas"):
        assert _run(python, "-c", f"import {name}", home=tmp_path).returncode != 0
    with pytest.raises(PackageNotFoundError):
        distribution("evdev")


def test_its_install_builds_nothing(wheel: Path, tmp_path: Path) -> None:
    """In a fresh environment, far from this repository's settings: no source is compiled, no compiler is there."""
    venv.create(tmp_path / "fresh", with_pip=False)
    install = [sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--no-build", "--color", "never"]
    done = subprocess.run(
        [*install, "--python", str(tmp_path / "fresh" / "bin" / "python"), f"task-mining[agent] @ {wheel.as_uri()}"],
        env={**os.environ, "CC": "/bin/false", "CXX": "/bin/false"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and "Failed to fetch" in done.stderr:
        pytest.skip(f"NO INDEX: packages cannot be looked up here. {done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stderr
    planned = {line.split()[1].partition("==")[0] for line in done.stderr.splitlines() if line.startswith(" + ")}
    assert planned - {"task-mining"} <= NEEDED
    assert {"msgspec", "python-xlib"} <= planned
