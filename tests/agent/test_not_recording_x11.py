"""What cannot be seen is “not recording”, with what is missing and what to do, whether the agent runs or not."""

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from agent.settings import Enrolled, StateFolder, save_enrolment
from tests.fakes.agent_process import ROOT, agent_process, open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import desktop, missing, process, wait_for

pytestmark = [pytest.mark.x11, pytest.mark.skipif(bool(missing()), reason=missing())]


def _enrolled(folder: Path, **environment: str) -> dict[str, str]:
    state = StateFolder(folder / "agent-state")
    state.prepare()
    save_enrolment(state, Enrolled("http://127.0.0.1:1", 1, "token", 1, "jane", "pc-1"))
    kept = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    own = {"TASK_MINING_AGENT_HOME": str(state.path), "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    return {**kept, "XDG_SESSION_TYPE": "x11", **own, **environment}


def _say(environment: dict[str, str], *words: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "agent.command", *words]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


@contextmanager
def _refusing_display() -> Iterator[str]:
    """Of a number that no other display has; it refuses whoever comes first."""
    reason = b"Authorization required, but no authorization protocol specified\n"
    reason += bytes(-len(reason) % 4)
    refusal = struct.pack("<BBHHH", 0, len(reason), 11, 0, len(reason) // 4) + reason
    with socket.socket(socket.AF_UNIX) as server:
        path = _bind(server)

        def refuse() -> None:
            with server.accept()[0] as caller:
                caller.recv(4096)
                caller.sendall(refusal)

        try:
            server.settimeout(120)
            server.listen()
            thread = threading.Thread(target=refuse, daemon=True)
            thread.start()
            yield f":{path.name.removeprefix('X')}"
            thread.join(120)
            assert not thread.is_alive()
        finally:
            path.unlink()


def _bind(server: socket.socket) -> Path:
    """Where displays are looked for; a place that is taken cannot be bound."""
    Path("/tmp/.X11-unix").mkdir(exist_ok=True)
    for number in range(1_000, 2_000):
        path = Path(f"/tmp/.X11-unix/X{number}")
        with suppress(OSError):
            server.bind(str(path))
            return path
    raise AssertionError("every number of a display is taken")


@pytest.mark.parametrize(
    ("display", "told"),
    [
        ("", "There is no display (DISPLAY is not set): start the agent in your desktop session"),
        (":9751", "The display :9751 cannot be reached (DisplayConnectionError): start the agent in your desktop"),
        (":97531", "The display :97531 cannot be reached (DisplayNameError): start the agent in your desktop"),
        ("nonsense", "The display nonsense cannot be reached (DisplayNameError): start the agent in your desktop"),
    ],
)
def test_without_a_display_the_status_says_what_is_not_seen_and_what_to_do(
    tmp_path: Path, display: str, told: str
) -> None:
    environment = _enrolled(tmp_path, **({"DISPLAY": display} if display else {}))
    assert "it was not started yet" in _say(environment, "status")[1]
    assert _say(environment, "run")[0] == 78
    status, text = _say(environment, "status")
    assert status == 1
    assert f"Now:       not recording: the agent does not run: {told}" in text
    assert "Not seen:  window, title, keys, clicks, scroll, clipboard, idle, element" in text


def test_a_display_that_refuses_the_agent_says_how_it_is_let_in(tmp_path: Path) -> None:
    with _refusing_display() as display:
        environment = _enrolled(tmp_path, DISPLAY=display)
        assert _say(environment, "run")[0] == 78
    assert f"The display {display} does not let the agent in: set XAUTHORITY to" in _say(environment, "status")[1]


def test_what_an_x_server_lacks_is_told_while_the_rest_is_recorded(tmp_path: Path) -> None:
    with (
        desktop(tmp_path, without="RECORD") as screen,
        AgentService(policy=open_policy()) as service,
        agent_process(tmp_path, service, screen.environment) as agent,
    ):
        told = agent.ask("status")
        for name in ("keys", "clicks", "scroll"):
            assert f"Not recording: {name}: the display has no RECORD: start the X server with that extension" in told
        assert "Not recording: element: there is no accessibility bus: install at-spi2-core" in told
        assert "Not recording: lock: there is no desktop bus" in told
        os.kill(screen.manager_pid, signal.SIGTERM)
        unseen = (
            "Now:       not recording: the window in front is not seen: no window manager says which one is in front"
        )
        agent.wait_until(unseen)
        assert unseen in agent.ask("status")
        with process("openbox", environment=screen.environment):
            agent.wait_until("Now:       recording")


def test_a_display_that_is_lost_and_an_agent_that_is_killed_are_told_afterwards(tmp_path: Path) -> None:
    with desktop(tmp_path) as screen, AgentService(policy=open_policy()) as service:
        with agent_process(tmp_path, service, screen.environment) as agent:
            agent.process.kill()
            agent.process.wait(timeout=60)
            assert "not recording: the agent does not run: it ended without a word (killed" in agent.ask("status")
        with agent_process(tmp_path, service, screen.environment) as agent:
            assert "private until" in agent.ask("private", "on")
            agent.process.terminate()
            agent.process.wait(timeout=60)
            told = agent.ask("status")
            assert "not recording: the agent does not run: it was stopped, or you signed out: start it" in told
            assert "Not seen" not in told
        with agent_process(tmp_path, service, screen.environment, until="Now:       private") as agent:
            assert "Private mode is off" in agent.ask("private", "off")
            screen.terminal("alpha")
            wait_for(
                lambda: "alpha" in [event.window_title for event in agent.events()], what="that it sees the display"
            )
            os.kill(screen.server_pid, signal.SIGKILL)
            agent.process.wait(timeout=60)
            told = agent.ask("status")
            assert "does not run: the display is gone (ConnectionClosedError): sign in to your desktop again" in told
            assert "Not seen:  window" in told
            assert "start it with `task-mining-agent run`" in agent.ask("private", "off")


def test_wayland_is_told_as_what_it_does_not_show(tmp_path: Path) -> None:
    with desktop(tmp_path) as screen, AgentService(policy=open_policy()) as service:
        environment = {**screen.environment, "XDG_SESSION_TYPE": "wayland"}
        with agent_process(tmp_path, service, environment, until="Now:       not recording") as agent:
            agent.wait_until("the window in front is not seen: Wayland")
            told = agent.ask("status")
            assert "the window in front is not seen: Wayland" in told
            assert "Not recording: keys: Wayland does not show it; sign in with an X11" in told
