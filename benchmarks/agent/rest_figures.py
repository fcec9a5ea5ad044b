"""Measures the agent at rest: CPU and memory over plain http and over TLS, and how soon it is there after its start.

At rest it is measured three times: plain HTTP, TLS with one authority, TLS with a machine's whole bundle.
"""

import sqlite3
import ssl
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from agent.control.local_socket import NotRunning, ask
from agent.settings import StateFolder
from benchmarks.agent.figure import Figure
from benchmarks.agent.inputs import InputSource
from tests.fakes.agent_process import AgentProcess, agent_process, open_policy, started
from tests.fakes.agent_service import AgentService
from tests.fakes.certificates import Authority
from tests.fakes.desktop import PAUSE_SECONDS, Desktop, desktop, wait_for

SETTLED_SECONDS = 70.0
"""Behind the first report of health, and several polls."""
IDLE_SECONDS = 60.0
KEEP_ALIVE_SECONDS = 5.0
"""uvicorn's own: every poll is a connection of its own, and over TLS a handshake."""
STARTS = 7


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with desktop(folder, has_bus=True) as screen:
            screen.activate(screen.terminal("alpha"))
            authority = Authority(folder)
            figures = [_at_rest(folder / "plain", screen, "at rest, http")]
            certificate, ca_file = authority.issue(), str(authority.file)
            figures.append(
                _at_rest(
                    folder / "own", screen, "at rest, TLS, own authority", certificate=certificate, ca_file=ca_file
                )
            )
            bundle = _with_every_authority_of_this_machine(folder, authority)
            figures.append(
                _at_rest(
                    folder / "all", screen, f"at rest, TLS, {bundle[1]} authorities", certificate, bundle=bundle[0]
                )
            )
            figures += _start(folder / "start", screen, authority)
    return figures


def _with_every_authority_of_this_machine(folder: Path, authority: Authority) -> tuple[Path, int]:
    """(a bundle of all and ours, how many): what a machine without a folder of hashed names loads."""
    known = ssl.create_default_context()
    known.load_default_certs()
    pems = [ssl.DER_cert_to_PEM_cert(der) for der in known.get_ca_certs(binary_form=True)]
    bundle = folder / "everybody.pem"
    bundle.write_text("".join([*pems, authority.file.read_text(encoding="ascii")]), encoding="ascii")
    return bundle, len(pems) + 1


def _at_rest(
    folder: Path,
    screen: Desktop,
    name: str,
    certificate: Path | None = None,
    *,
    ca_file: str = "",
    bundle: Path | None = None,
) -> Figure:
    """After it has sent events and sat for a while."""
    folder.mkdir()
    environment = screen.environment if bundle is None else {**screen.environment, "SSL_CERT_FILE": str(bundle)}
    with (
        AgentService(policy=open_policy(), certificate=certificate) as service,
        agent_process(folder, service, environment, ca_file=ca_file) as agent,
    ):
        service.keep_alive_seconds = KEEP_ALIVE_SECONDS
        inputs = InputSource(screen.environment)
        inputs.press_at_rate(10, seconds=5)
        inputs.close()
        wait_for(lambda: service.delivered, what="the first delivery")
        time.sleep(SETTLED_SECONDS)
        return _rest(agent, name)


def _rest(agent: AgentProcess, name: str) -> Figure:
    cpu, began = agent.cpu_seconds(), time.monotonic()
    time.sleep(IDLE_SECONDS)
    percent = 100 * (agent.cpu_seconds() - cpu) / (time.monotonic() - began)
    memory, shared = agent.memory_bytes() / 1e6, agent.proportional_memory_bytes() / 1e6
    return Figure(
        name,
        f"{percent:.2f} % of a core, {memory:.1f} MB RSS ({shared:.1f} PSS)",
        "≤ 0.2 %, ≤ 40 MB",
        is_met=percent <= 0.2 and memory <= 40,
        peer="two ActivityWatch watchers: 0.4 %, 87 MB (from notes, not this run: not on PyPI)",
    )


def _start(folder: Path, screen: Desktop, authority: Authority) -> list[Figure]:
    """From exec, with what an enrolled workstation remembers: to the answer to `status`, to the first event on disk."""
    folder.mkdir()
    answered, captured, asked = [], [], []
    with AgentService(policy=open_policy(), certificate=authority.issue()) as service:
        with agent_process(folder, service, screen.environment, ca_file=str(authority.file)) as agent:
            state = agent.folder
            for _ in range(STARTS):
                began = time.monotonic()
                assert "recording" in agent.ask("status")
                asked.append(time.monotonic() - began)
        for _ in range(STARTS):
            events = _event_count(state)
            began = time.monotonic()
            with started(state, screen.environment) as agent:
                wait_for(lambda: _is_answering(state), what="the answer to status", longest_pause=PAUSE_SECONDS)
                answered.append(time.monotonic() - began)
                more = partial(_has_more_events, state, events)
                wait_for(more, what="the first event", longest_pause=PAUSE_SECONDS)
                captured.append(time.monotonic() - began)
    value = f"status answered {_told(answered)}, first event {_told(captured)}"
    return [
        Figure("start, over TLS (exec → …)", value, "≤ 1 s", is_met=max(answered) <= 1 and max(captured) <= 1),
        Figure("`task-mining-agent status`, whole command", _told(asked), "≤ 0.5 s", is_met=max(asked) <= 0.5),
    ]


def _told(seconds: list[float]) -> str:
    return f"{1000 * sorted(seconds)[len(seconds) // 2]:.0f} ms (longest {1000 * max(seconds):.0f})"


def _is_answering(state: StateFolder) -> bool:
    with suppress(NotRunning):  # not yet
        return "ok" in ask(state, {"ask": "status"})
    return False


def _has_more_events(state: StateFolder, known: int) -> bool:
    return _event_count(state) > known


def _event_count(state: StateFolder) -> int:
    with sqlite3.connect(state.spool, timeout=10) as connection:
        return int(connection.execute("select coalesce(max(position), 0) from events").fetchone()[0])
