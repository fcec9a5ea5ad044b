"""Superset's environment holds exactly what the lock names, by its hashes, whoever installs it."""

import hashlib
import subprocess
import zipfile
from pathlib import Path

import pytest

from standalone.errors import ProcessDiedError
from standalone.settings import Settings, settings_from_environment
from standalone.superset import environment
from standalone.timeline import Timeline

INFO = "locked-1.0.dist-info"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A wheel of one module."""
    wheel = tmp_path / "locked-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("locked.py", "")
        archive.writestr(f"{INFO}/METADATA", "Metadata-Version: 2.1\nName: locked\nVersion: 1.0\n")
        archive.writestr(f"{INFO}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{INFO}/RECORD", "")
    return wheel


@pytest.fixture(params=["uv", "pip"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a machine with that installer."""
    if request.param == "pip":
        monkeypatch.setattr(environment, "_find_uv", lambda: None)
    elif environment._find_uv() is None:
        pytest.skip("NO UV: it is not installed here")
    return settings_from_environment(
        {"TASK_MINING_HOME": str(tmp_path / "home"), "TASK_MINING_SUPERSET_ENVIRONMENT": str(tmp_path / "superset")}
    )


def _lock(package: Path, monkeypatch: pytest.MonkeyPatch, digest: str) -> None:
    lock = package.with_name("requirements.lock")
    lock.write_text(f"locked @ {package.as_uri()} --hash=sha256:{digest}\n")
    monkeypatch.setattr(environment, "LOCK", lock)


def test_what_the_lock_names_is_installed_once(
    settings: Settings, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lock(package, monkeypatch, hashlib.sha256(package.read_bytes()).hexdigest())
    environment.ensure_installed(settings, Timeline())
    assert environment.is_installed(settings)
    subprocess.run([str(environment.python(settings)), "-c", "import locked"], check=True)
    timeline = Timeline()
    environment.ensure_installed(settings, timeline)
    assert not timeline.steps


def test_a_package_that_is_not_the_locked_one_is_refused(
    settings: Settings, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lock(package, monkeypatch, "0" * 64)
    with pytest.raises(ProcessDiedError, match=r"read .*superset_install\.log"):
        environment.ensure_installed(settings, Timeline())
    assert not environment.is_installed(settings)
