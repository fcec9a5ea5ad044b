"""A real desktop without a screen: Xvfb, a window manager and a session bus, for as long as a test needs them.

System packages that are missing are named here: add a program to PROGRAMS when a test needs one more.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

PACKAGES = (
    "xvfb xdotool openbox xterm x11-utils zenity wmctrl dbus-x11 at-spi2-core gir1.2-atspi-2.0 python3-gi chromium "
    "trayer systemd"
)
QUIET = "trap '' INT QUIT TSTP; exec cat >/dev/null"
"""What runs in a terminal that takes every key and answers none."""

_XTERM = ("xterm", "-xrm", "*wmTimeout: 100")
"""Else it waits five seconds before it shows itself, for a window manager that has not told it where it stands."""

PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.02, 0.2
"""Between two questions, at first and in the end: most cost a process or a look into a file."""

T = TypeVar("T")
_PROGRAMS = ("Xvfb", "xdotool", "openbox", "xterm", "zenity", "wmctrl", "dbus-daemon")


def missing() -> str:
    """One sentence with the remedy, "" when nothing is missing."""
    absent = [name for name in _PROGRAMS if shutil.which(name) is None]
    return f"Missing {', '.join(absent)}: install the system packages {PACKAGES}." if absent else ""


def wait_for(
    condition: Callable[[], T],
    *,
    seconds: float = 120.0,
    what: str = "the condition",
    longest_pause: float = LONGEST_PAUSE_SECONDS,
) -> T:
    """The first answer that is true, which may be false a moment later. Who measures time allows no long pause."""
    deadline, pause = time.monotonic() + seconds, PAUSE_SECONDS
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true in {seconds} seconds")
        time.sleep(pause)
        pause = min(1.5 * pause, longest_pause)
    return answer


@contextmanager
def process(*command: str, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(
        command,
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGTERM)
            try:
                started.wait(timeout=5)
            except subprocess.TimeoutExpired:
                os.killpg(started.pid, signal.SIGKILL)
                started.wait()


class Desktop:
    """`environment` leads programs to it. Windows are opened, activated and typed into by name."""

    def __init__(self, environment: dict[str, str], stack: ExitStack, server_pid: int, manager_pid: int) -> None:
        self.environment = environment
        self.server_pid, self.manager_pid = server_pid, manager_pid
        self._stack = stack

    def run(self, *command: str) -> str:
        done = subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True, timeout=120)
        return done.stdout.strip()

    def open(self, *command: str, title: str) -> str:
        """Starts a program and returns the id of its window once it is there."""
        self._stack.enter_context(process(*command, environment=self.environment))
        return wait_for(lambda: self.find(title), what=f"window {title!r}")

    def terminal(self, title: str, *, command: str = QUIET) -> str:
        return self.open(*_XTERM, "-T", title, "-e", "sh", "-c", command, title=title)

    def editor(self, title: str) -> str:
        """A window that the agent does not know for a terminal, of which it counts no keys: xterm by another name."""
        program = Path(self.environment["HOME"], "notes")
        if not program.exists():
            shutil.copy(shutil.which("xterm") or "", program)
        return self.open(
            str(program), *_XTERM[1:], "-class", "Notes", "-T", title, "-e", "sh", "-c", QUIET, title=title
        )

    def find(self, title: str) -> str:
        done = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", f"^{title}$"],
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.stdout.split()[0] if done.stdout.split() else ""

    def activate(self, window: str) -> None:
        """Again and again while a window manager restarts or the window is still being mapped."""
        command = ["xdotool", "windowactivate", "--sync", window]

        def is_done() -> bool:
            done = subprocess.run(command, env=self.environment, check=False, capture_output=True, timeout=120)
            return done.returncode == 0

        wait_for(is_done, what=f"activating window {window}")

    def click(self, window: str, *, at: tuple[int, int] = (20, 20)) -> None:
        self.run("xdotool", "mousemove", "--window", window, *map(str, at), "click", "1")

    def write(self, text: str) -> None:
        self.run("xdotool", "type", "--delay", "5", text)

    def key(self, *chords: str) -> None:
        self.run("xdotool", "key", *chords)


@contextmanager
def desktop(folder: Path, *, has_bus: bool = False, without: str = "") -> Iterator[Desktop]:
    """A display of its own with openbox on it; on request a session bus that also serves as the system bus.

    `without`: an extension that the X server does not offer.
    """
    with ExitStack() as stack:
        reader, writer = os.pipe()
        environment = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "NO_AT_BRIDGE": "1"}
        for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_SESSION_ID", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
            environment.pop(name, None)
        server = subprocess.Popen(
            [
                *("Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"),
                *(("-extension", without) if without else ()),
            ],
            env=environment,
            pass_fds=(writer,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(_end, server)
        os.close(writer)
        with os.fdopen(reader) as answer:
            environment["DISPLAY"] = f":{answer.readline().strip()}"
        environment["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={folder}/no-system-bus"
        environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={folder}/no-session-bus"
        if has_bus:
            address = f"unix:path={folder}/bus"
            stack.enter_context(
                process("dbus-daemon", "--session", "--nofork", "--address", address, environment=environment)
            )
            wait_for((folder / "bus").exists, what="the session bus")
            environment["DBUS_SESSION_BUS_ADDRESS"] = environment["DBUS_SYSTEM_BUS_ADDRESS"] = address
        manager = stack.enter_context(process("openbox", environment=environment))
        found = Desktop(environment, stack, server.pid, manager.pid)
        wait_for(lambda: _has_window_manager(found), what="the window manager")
        yield found


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    server.wait(timeout=120)


def _has_window_manager(found: Desktop) -> bool:
    done = subprocess.run(
        ["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"], env=found.environment, check=False, capture_output=True
    )
    return b"window id" in done.stdout
