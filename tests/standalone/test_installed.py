"""The wheel outside a checkout: the server finds its files, and a command that lacks an extra says which."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.wheel import built_wheel

Run = Callable[..., subprocess.CompletedProcess[str]]

FINDS_ITS_FILES = """
import sys
from pathlib import Path
from pipelines.dashboards.bundle.files import read_bundle_files
from pipelines.project_files import DBT_PROJECT, SUPERSET_FILES
from pipelines.resources.compiled_models import compiled_models
from standalone.processes.environments import process_environment
from standalone.settings import settings_from_environment
from standalone.superset.environment import LOCK, is_installed

site, settings = Path(sys.argv[1]), settings_from_environment()
configuration = process_environment(settings, "superset")["SUPERSET_CONFIG_PATH"]
for path in (DBT_PROJECT, SUPERSET_FILES, LOCK, Path(configuration)):
    assert path.exists() and path.is_relative_to(site / "task_mining_data"), path
assert (SUPERSET_FILES / "bootstrap.py").exists()
assert settings.superset_environment.is_relative_to(settings.home)
assert settings.recordings.is_relative_to(settings.home)
assert not is_installed(settings)
assert read_bundle_files().charts
print(len(compiled_models(settings.home / "dbt", target="streaming")), "models")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_wheel(tmp_path_factory.mktemp("wheel"))


def _install(wheel: Path, folder: Path) -> tuple[Path, Path]:
    """(python, site-packages) of a new environment with the wheel alone."""
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return python, site


def _runner(python: Path, folder: Path) -> Run:
    """Runs in a folder and with a home of its own, so that nothing of the checkout is in reach."""
    folder.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TASK_MINING", "PYTHON"))}
    environment = kept | {"XDG_DATA_HOME": str(folder / "data"), "TASK_MINING_API_PORT": "1"}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(python), "-I", *words]
        return subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, env=environment)

    return run


@pytest.fixture(scope="module")
def alone(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The wheel without any other package."""
    folder = tmp_path_factory.mktemp("alone")
    python, _ = _install(wheel, folder / "environment")
    return _runner(python, folder / "elsewhere")


@pytest.fixture(scope="module")
def server(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    """The wheel beside the packages of this environment, without this environment's own link to the checkout."""
    folder = tmp_path_factory.mktemp("server")
    python, site = _install(wheel, folder / "environment")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")  # links inside are not followed
    return _runner(python, folder / "elsewhere"), site


def test_the_server_finds_dbt_and_superset_inside_the_installation(server: tuple[Run, Path]) -> None:
    run, site = server
    done = run("-c", FINDS_ITS_FILES, str(site))
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) > 20


def test_its_command_keeps_the_state_among_the_users_own_data(server: tuple[Run, Path]) -> None:
    run, site = server
    status = run("-c", "from standalone.command import main; main()", "status")
    assert "NOT STARTED" in status.stdout, status.stderr
    assert "data/task-mining/logs" in "".join(status.stdout.split())
    assert not (site / ".task-mining").exists()


def test_the_command_without_the_extra_says_which_one_is_missing(alone: Run) -> None:
    told = alone("-c", "from standalone.command import main; main()", "up")
    assert told.returncode == 1
    assert told.stderr.count("\n") == 1
    assert "The extra `server` is not installed" in told.stderr
    assert "pip install 'task-mining[server]'" in told.stderr


def test_a_module_of_ours_that_is_missing_is_no_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from standalone.command import main  # noqa: PLC0415 - beside what it is made to miss

    monkeypatch.setitem(sys.modules, "standalone.commands.application", None)
    with pytest.raises(ModuleNotFoundError):
        main()


def _wanted(ours: Distribution, extra: str) -> set[str]:
    required = [Requirement(line) for line in ours.requires or []]
    return {each.name for each in required if each.marker is None or each.marker.evaluate({"extra": extra})}


def test_the_agents_install_asks_for_nothing_of_the_server(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path, [name for name in archive.namelist() if ".dist-info/" in name])
    (ours,) = distributions(path=[str(tmp_path)])
    agent, server, neither = (_wanted(ours, extra) for extra in ("agent", "server", ""))
    shared = {"psutil"}  # what a process is, where the system has no /proc
    assert (agent - neither) & server <= shared
    assert len(server - neither) > 20


def test_the_wheel_carries_the_licence_and_no_benchmarks_or_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]
    assert not [name for name in names if name.startswith(("benchmarks/", "tests/", "dbt/", "superset/"))]
    assert not [name for name in names if "__pycache__" in name or "/target/" in name]
