"""Superset's own virtual environment: its packages do not agree with ours.

What Superset then runs belongs to `processes`; what it shows, to the folder `superset`.
"""

import hashlib
import shutil
import sys
from pathlib import Path

from standalone.settings import CHECKOUT, Settings, settings_from_environment
from standalone.timeline import Step, Timeline

LOCK = CHECKOUT / "superset" / "requirements.lock"


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
    log = settings.logs / "superset_install.log"
    step.say("virtual environment")
    step.run([sys.executable, "-m", "venv", str(environment)], log=log, environment={}, folder=CHECKOUT)
    step.say("packages")
    step.run([*_installer(environment), "-r", str(LOCK)], log=log, environment={}, folder=CHECKOUT)
    _mark(settings).write_text(_fingerprint())


def python(settings: Settings) -> Path:
    return settings.superset_environment / "bin" / "python"


def _installer(environment: Path) -> list[str]:
    """uv where it is at hand (4 times faster), else the pip of the new environment."""
    uv = Path(sys.executable).with_name("uv")
    program = str(uv) if uv.exists() else shutil.which("uv")
    if program:
        return [program, "pip", "install", "--quiet", "--python", str(environment / "bin" / "python")]
    return [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def _mark(settings: Settings) -> Path:
    return settings.superset_environment / "installed"


def _fingerprint() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


if __name__ == "__main__":
    ensure_installed(settings_from_environment(), Timeline())
