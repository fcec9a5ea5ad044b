"""Installs Superset into a virtual environment of its own, from its lock: its packages do not agree with ours."""

import hashlib
import shutil
import sys
from pathlib import Path

from pipelines.project_files import SUPERSET_FILES
from standalone.errors import StandaloneError
from standalone.settings import Settings, settings_from_environment
from standalone.timeline import Step, Timeline

#: Nobody waits for Superset before everything else is done: it lets the others go first.
LOW_PRIORITY = ("nice", "-n", "5")

LOCK = SUPERSET_FILES / "requirements.lock"


def ensure_installed(settings: Settings, timeline: Timeline) -> None:
    """Harmless when it is there."""
    if not is_installed(settings):
        with timeline.step("Superset installation") as step:
            install(settings, step)


def is_installed(settings: Settings) -> bool:
    """Whether exactly what the lock names was installed to the end."""
    mark = _mark(settings)
    return mark.exists() and mark.read_text() == _fingerprint()


def install(settings: Settings, step: Step) -> None:
    """Creates the environment from the lock; safe to repeat after an interruption."""
    environment = settings.superset_environment
    shutil.rmtree(environment, ignore_errors=True)
    for command in _commands(environment):
        step.run(
            [*LOW_PRIORITY, *command], log=settings.logs / "superset_install.log", environment={}, folder=settings.home
        )
    _mark(settings).write_text(_fingerprint())


def python(settings: Settings) -> Path:
    return settings.superset_environment / "bin" / "python"


def _commands(environment: Path) -> list[list[str]]:
    """With uv where it is at hand (4 times faster), else with pip. The lock names every package: none is looked for."""
    uv = _find_uv()
    inside = str(environment / "bin" / "python")
    exactly = ("--quiet", "--require-hashes", "--no-deps", "-r", str(LOCK))
    if uv:
        return [
            [uv, "venv", "--quiet", "--python", sys.executable, str(environment)],
            [uv, "pip", "install", "--python", inside, *exactly],
        ]
    return [
        [sys.executable, "-m", "venv", str(environment)],
        [inside, "-m", "pip", "install", "--disable-pip-version-check", *exactly],
    ]


def _find_uv() -> str | None:
    beside_us = Path(sys.executable).with_name("uv")
    return str(beside_us) if beside_us.exists() else shutil.which("uv")


def _mark(settings: Settings) -> Path:
    return settings.superset_environment / "installed"


def _fingerprint() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


if __name__ == "__main__":
    try:
        ensure_installed(settings_from_environment(), Timeline())
    except StandaloneError as error:
        sys.exit(str(error))
