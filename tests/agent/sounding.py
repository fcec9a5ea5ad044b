"""A sound server of a test's own, with a loudspeaker that nobody hears and a microphone that hears that loudspeaker.

What should be heard belongs in the tests.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.agent.desktop import process, wait_for

_PROGRAMS = ("pulseaudio", "pacat", "parec")
SPEAKER, MICROPHONE = "speaker", "microphone"
NOISE = "/dev/urandom"


def no_sound() -> str:
    """One sentence with the remedy, "" when nothing is missing."""
    absent = [name for name in _PROGRAMS if shutil.which(name) is None]
    return (
        f"Missing {', '.join(absent)}: install the system packages pulseaudio and pulseaudio-utils." if absent else ""
    )


def record(source: str = MICROPHONE, *more: str) -> tuple[str, ...]:
    return ("parec", "--device", source, *more)


def play(*more: str) -> tuple[str, ...]:
    return ("pacat", "--device", SPEAKER, *more, NOISE)


@contextmanager
def sound_server(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Where sessions have theirs: `folder` is the XDG_RUNTIME_DIR of whoever should find it."""
    modules = (
        f"module-native-protocol-unix socket={folder}/pulse/native",
        f"module-null-sink sink_name={SPEAKER}",
        f"module-remap-source source_name={MICROPHONE} master={SPEAKER}.monitor remix=no",
    )
    (folder / "pulse").mkdir(mode=0o700, exist_ok=True)
    command = ("pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1")
    with process(*command, *(f"--load={module}" for module in modules), environment=environment):
        wait_for((folder / "pulse" / "native").exists, what="the sound server")
        yield
