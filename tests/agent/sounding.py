"""A sound server of a test's own, with a loudspeaker that nobody hears and a microphone that hears that loudspeaker."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.fakes.desktop import process, wait_for

_PROGRAMS = ("pulseaudio", "pacat", "pactl", "parec", "pipewire", "pipewire-pulse", "wireplumber", "dbus-daemon")
_PACKAGES = "pulseaudio pulseaudio-utils pipewire pipewire-pulse wireplumber dbus-x11"
SPEAKER, MICROPHONE = "speaker", "microphone"
NOISE = "/dev/urandom"
_DEVICES = (
    ("module-null-sink", f"sink_name={SPEAKER}"),
    ("module-remap-source", f"source_name={MICROPHONE}", f"master={SPEAKER}.monitor"),
)


def no_sound() -> str:
    """One sentence with the remedy, "" when nothing is missing."""
    absent = [name for name in _PROGRAMS if shutil.which(name) is None]
    return f"Missing {', '.join(absent)}: install the system packages {_PACKAGES}." if absent else ""


def record(source: str = MICROPHONE) -> tuple[str, ...]:
    return ("parec", "--device", source)


def play() -> tuple[str, ...]:
    return ("pacat", "--device", SPEAKER, NOISE)


@contextmanager
def pulseaudio(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """`folder` is the XDG_RUNTIME_DIR of the session that has it."""
    (folder / "pulse").mkdir(mode=0o700, exist_ok=True)
    command = ("pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1")
    module = f"--load=module-native-protocol-unix socket={folder}/pulse/native"
    with process(*command, module, environment=environment):
        _plug_in(environment)
        yield


@contextmanager
def pipewire(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """As most desktops have it: PipeWire, a manager of its devices, and its socket for programs of PulseAudio."""
    address = f"unix:path={folder}/sound-bus"
    within = {**environment, "DBUS_SESSION_BUS_ADDRESS": address, "DBUS_SYSTEM_BUS_ADDRESS": address}
    with ExitStack() as stack:
        bus = ("dbus-daemon", "--session", "--nofork", "--address", address)
        for command, socket in (
            (bus, "sound-bus"),
            (("pipewire",), "pipewire-0"),
            (("wireplumber",), "pipewire-0"),
            (("pipewire-pulse",), "pulse/native"),
        ):
            stack.enter_context(process(*command, environment=within))
            wait_for((folder / socket).exists, what=command[0])
        _plug_in(environment)
        yield


def _plug_in(environment: Mapping[str, str]) -> None:
    for device in _DEVICES:
        wait_for(lambda device=device: _control(environment, "load-module", *device), what=device[0])  # type: ignore[misc]


def _control(environment: Mapping[str, str], *words: str) -> str:
    done = subprocess.run(("pactl", *words), env=dict(environment), check=False, capture_output=True, text=True)
    return done.stdout


def find_streams(environment: Mapping[str, str], kind: str) -> str:
    """What is played ("sink-inputs") or recorded ("source-outputs"), as the server's own program tells it."""
    return _control(environment, "list", kind)


def turn(environment: Mapping[str, str], what: str, value: int) -> None:
    """The volume of the one stream that is played ("volume"), or whether it is muted ("mute")."""
    stream = _control(environment, "list", "short", "sink-inputs").split()[0]
    _control(environment, f"set-sink-input-{what}", stream, str(value))
