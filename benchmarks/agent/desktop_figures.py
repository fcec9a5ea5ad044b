"""Measures the agent at work on a desktop: at ten events a second, far above, and how soon a window counts.

Add a figure of an agent at work as a function that returns a `Figure`, and call it in `measure`.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.agent.figure import Figure
from benchmarks.agent.inputs import InputSource
from tests.fakes.agent_process import AgentProcess, agent_process, open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import PAUSE_SECONDS, Desktop, desktop, wait_for


@contextmanager
def _at_work() -> Iterator[tuple[AgentProcess, Desktop, InputSource]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        desktop(Path(folder), has_bus=True) as screen,
        AgentService(policy=open_policy()) as service,
        agent_process(Path(folder), service, screen.environment) as agent,
    ):
        screen.activate(screen.editor("alpha"))
        inputs = InputSource(screen.environment)
        try:
            yield agent, screen, inputs
        finally:
            inputs.close()


def measure(*, seconds_at_200: float = 60.0, seconds_at_1000: float = 10.0) -> list[Figure]:
    with _at_work() as (agent, screen, inputs):
        time.sleep(5)
        figures = [_at_ten_a_second(agent, inputs)]
        figures += [_losses(agent, inputs, 200, seconds_at_200), _losses(agent, inputs, 1000, seconds_at_1000)]
        figures.append(_window_latency(agent, screen))
    return figures


def _percent(agent: AgentProcess, cpu_before: float, began: float) -> float:
    return 100 * (agent.cpu_seconds() - cpu_before) / (time.monotonic() - began)


def _at_ten_a_second(agent: AgentProcess, inputs: InputSource) -> Figure:
    cpu, began = agent.cpu_seconds(), time.monotonic()
    inputs.press_at_rate(10, seconds=20)
    percent = _percent(agent, cpu, began)
    return Figure("10 events/s", f"{percent:.2f} % of a core", "≤ 1 %", is_met=percent <= 1.0)


def _losses(agent: AgentProcess, inputs: InputSource, rate: int, seconds: float) -> Figure:
    time.sleep(3)
    before, cpu, began = agent.input_count(), agent.cpu_seconds(), time.monotonic()
    sent = inputs.press_at_rate(rate, seconds=seconds)
    percent = _percent(agent, cpu, began)
    deadline = time.monotonic() + 15
    while agent.input_count() - before < sent and time.monotonic() < deadline:
        time.sleep(0.5)
    lost = sent - (agent.input_count() - before)
    return Figure(
        f"events lost at {rate:,}/s for {seconds:.0f} s",
        f"{lost} of {sent:,} ({percent:.0f} % CPU)",
        "0",
        is_met=lost == 0,
    )


def _window_latency(agent: AgentProcess, screen: Desktop, *, count: int = 40) -> Figure:
    """From before the window manager is asked to the row that another process can read."""
    windows = [("alpha", screen.find("alpha")), ("beta", screen.terminal("beta"))]
    wait_for(lambda: "beta" in str(agent.events()[-2:]), what="the second window")
    delays = []
    for number in range(count):
        title, window = windows[number % 2]
        known = agent.position()
        began = time.time()
        screen.run("xdotool", "windowactivate", window)
        in_front = partial(_is_in_front, agent, known, title)
        wait_for(in_front, what="the window in the spool", longest_pause=PAUSE_SECONDS)
        delays.append(1000 * (time.time() - began))
        time.sleep(0.05)
    delays.sort()
    p50, p95 = delays[len(delays) // 2], delays[int(len(delays) * 0.95) - 1]
    return Figure(
        "window change → committed in the spool",
        f"p95 {p95:.0f} ms, median {p50:.0f} ms",
        "p95 ≤ 150 ms",
        is_met=p95 <= 150,
        peer="up to 1 s by polling",
    )


def _is_in_front(agent: AgentProcess, known: int, title: str) -> bool:
    return any(event.window_title == title for event in agent.events(after=known))
