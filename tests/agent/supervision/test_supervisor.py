"""What ends or hangs is restarted, at growing pauses, counted and told; what runs is left alone."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.control.local_socket import ControlServer, ask
from agent.settings import StateFolder
from agent.supervision import components as parts
from agent.supervision import workers
from agent.supervision.components import Component, LoopCheck
from agent.supervision.supervisor import FORGIVEN_SECONDS, PAUSE_MAX_SECONDS, Supervisor
from agent.supervision.workers import Worker
from domain.policies import AgentSettings
from tests.agent.running import running_agent
from tests.fakes.agent_process import open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import wait_for


class _Desk:
    """A supervisor of one component, and a clock that is moved by hand."""

    def __init__(self) -> None:
        self.now, self.is_well, self.is_possible = 1000.0, True, True
        self.begun: list[float] = []
        part = Component("eyes", lambda: self.is_well, self._restart, ("window", "title"))
        self.supervisor = Supervisor(lambda: [part], read_seconds=lambda: self.now)

    def _restart(self) -> None:
        self.begun.append(self.now)
        if not self.is_possible:
            raise OSError("no display")
        self.is_well = True

    def pass_time(self, seconds: float) -> None:
        """Looking as often as the supervisor asks for."""
        until = self.now + seconds
        while self.now < until:
            self.now += self.supervisor.look()


@pytest.fixture
def desk() -> _Desk:
    return _Desk()


def test_what_runs_is_left_alone(desk: _Desk) -> None:
    desk.pass_time(10_000)
    assert desk.begun == []
    assert desk.supervisor.flags() == ()
    assert desk.supervisor.missing() == {}


def test_what_has_ended_is_begun_anew_at_the_next_look_and_counted(desk: _Desk) -> None:
    desk.is_well = False
    desk.supervisor.look()
    assert desk.begun == [1000.0]
    assert desk.supervisor.flags() == ("eyes: restarted 1 times",)
    assert desk.supervisor.missing() == {}


def test_what_cannot_be_begun_is_told_as_missing_until_it_runs(desk: _Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.is_well = desk.is_possible = False
    desk.pass_time(100)
    assert set(desk.supervisor.missing()) == {"window", "title"}
    assert "ended or hanging" in desk.supervisor.flags()[0]
    assert len(caplog.records) == len(desk.begun) == 3
    assert "“eyes” does not run and cannot be restarted (try 1, the next in 30 s; OSError: no display)" in caplog.text
    desk.is_well = True
    desk.supervisor.look()
    assert desk.supervisor.missing() == {}
    assert desk.supervisor.flags() == ("eyes: restarted 3 times",)


@given(st.booleans(), st.integers(1, 3600))
def test_there_is_never_a_loop_of_crashes(is_possible: bool, check_seconds: int) -> None:
    desk = _Desk()
    desk.is_possible, desk.supervisor.check_seconds = is_possible, float(check_seconds)
    until = desk.now + 86_400
    while desk.now < until:
        desk.is_well = False  # again and again, as soon as it was begun
        desk.now += desk.supervisor.look()
    pauses = [later - former for former, later in zip(desk.begun, desk.begun[1:], strict=False)]
    assert pauses == sorted(pauses)
    assert pauses[-1] >= PAUSE_MAX_SECONDS
    assert len(desk.begun) < 24 + 16


def test_who_has_run_for_long_is_begun_anew_at_once_again(desk: _Desk) -> None:
    for _ in range(3):
        desk.is_well = False
        desk.supervisor.look()
        desk.pass_time(200)
    desk.pass_time(FORGIVEN_SECONDS)
    desk.is_well = False
    ended = desk.now
    desk.supervisor.look()
    assert desk.begun[-1] == ended


def test_a_part_that_cannot_even_be_asked_does_not_run(desk: _Desk) -> None:
    def broken() -> bool:
        raise RuntimeError("no such attribute")

    supervisor = Supervisor(
        lambda: [Component("odd", broken, desk._restart), Component("eyes", lambda: False, desk._restart)]
    )
    supervisor.look()
    assert len(desk.begun) == 2, "and keeps nobody from looking at the rest"


def test_a_loop_that_does_not_turn_for_long_after_it_was_asked_hangs() -> None:
    now = [0.0]
    beat, asked = LoopCheck(lambda: now[0]), list[float]()
    assert beat.ask(lambda: asked.append(now[0]))
    now[0] = parts.PATIENCE_SECONDS - 1
    assert beat.ask(lambda: asked.append(now[0]))
    now[0] += 2
    assert not beat.ask(lambda: asked.append(now[0]))
    beat.answer()
    assert beat.ask(lambda: asked.append(now[0]))
    assert len(asked) == 4


@pytest.fixture
def stopping() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_whose_thread_dies_is_begun_anew(stopping: threading.Event) -> None:
    steps: list[int] = []

    def step() -> float:
        steps.append(1)
        if len(steps) == 1:
            raise SystemExit
        return 60.0

    worker = Worker("mortal", step, stopping=stopping)
    supervisor = Supervisor(lambda: [worker.component])
    worker.start()
    wait_for(lambda: not worker.is_well(), what="its end")
    supervisor.look()
    wait_for(lambda: len(steps) == 2, what="its second life")
    assert worker.is_well()


def test_a_worker_that_hangs_is_freed_and_never_doubled(
    stopping: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "STEP_SECONDS_MAX", 0.05)
    monkeypatch.setattr(workers, "FAILED_SECONDS", 0.01)
    freed, steps = threading.Event(), list[str]()

    def step() -> float:
        steps.append(threading.current_thread().name)
        if freed.wait(120) and len(steps) == 1:
            raise OSError("the connection was cut")
        return 60.0

    worker = Worker("sender", step, stopping=stopping, free=freed.set)
    supervisor = Supervisor(lambda: [worker.component])
    worker.start()
    wait_for(lambda: not worker.is_well(), what="that it hangs")
    supervisor.look()
    wait_for(worker.is_well, what="its going on")
    wait_for(lambda: len(steps) == 2, what="the next step")
    assert sum(thread.name == "sender" for thread in threading.enumerate()) == 1


class _Collector:
    """With a thread that waits to be told what to do: to turn, to die, or to hang."""

    def __init__(self, name: str, capability: str) -> None:
        self.component = Component(name, self.is_well, self.restart, (capability,))
        self.told, self.lives, self.may_live = threading.Event(), 0, True
        self.restart()

    def restart(self) -> None:
        if not self.may_live:
            raise OSError("nothing to hear")
        self.action, self.beat = "turn", LoopCheck()
        self.lives += 1
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def is_well(self) -> bool:
        return self.thread.is_alive() and self.beat.ask(self.told.set)

    def _run(self) -> None:
        thread, held = self.thread, threading.Event()
        while thread is self.thread and self.action != "die":
            if not self.told.wait(0.05):
                continue
            self.told.clear()
            if self.action == "hang":
                held.wait(120)
            self.beat.answer()

    def end(self) -> None:
        self.action = "die"
        self.thread.join(60)


def test_an_agent_begins_its_collectors_anew_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr("agent.service_link.exchange.HEALTH_SECONDS", 0.0)
    mortal, slow = _Collector("keys and clicks", "keys"), _Collector("windows", "window")
    settings = AgentSettings(restart_check_seconds=1, config_update_seconds=5)
    with AgentService(policy=open_policy()) as service, running_agent(tmp_path, service) as run:
        run.backend.collectors = (mortal.component, slow.component)
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        assert run.agent.supervisor.check_seconds == 30
        service.policy = open_policy(version="2", settings=settings)
        run.agent.service_threads.want_exchange()
        wait_for(lambda: run.agent.supervisor.check_seconds == 1, what="the rate of the policy")
        mortal.action = "die"
        wait_for(lambda: mortal.lives == 2, what="the one that died")
        slow.may_live, slow.action = False, "hang"
        wait_for(lambda: "window" in run.agent.supervisor.missing(), what="that the other hangs")
        assert "restarted" in str(run.agent.status.report().capabilities["window"])
        assert run.agent.status.report().capabilities["keys"] is True
        run.agent.service_threads.want_exchange()
        wait_for(lambda: "window" in _missing(service), what="its absence at the server")
        assert "keys and clicks: restarted 1 times" in service.health[-1]["flags"]  # type: ignore[operator]
        slow.may_live = True
        wait_for(lambda: slow.lives == 2, what="the one that hung")
        run.agent.service_threads.want_exchange()
        wait_for(lambda: _missing(service) == set(), what="its return at the server")
    for each in (mortal, slow):
        each.end()
        assert not each.thread.is_alive()


def _missing(service: AgentService) -> set[str]:
    capabilities = service.health[-1]["capabilities"] if service.health else {}
    return {name for name, reason in capabilities.items() if reason is not True}  # type: ignore[attr-defined]


def test_the_browser_port_that_ended_is_opened_again_with_the_same_code(tmp_path: Path) -> None:
    with AgentService(policy=open_policy()) as service, running_agent(tmp_path, service) as run:
        port = run.agent.browser_port
        assert port.component.is_well()
        code = port.open().code
        assert port.loopback is not None
        port.loopback.shutdown()
        wait_for(lambda: not port.component.is_well(), what="its end")
        port.component.restart()
        assert port.component.is_well()
        assert port.open().code == code


def test_a_door_whose_file_was_swept_away_is_opened_again(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    server = ControlServer(folder, lambda request: {"ok": "here"})
    server.start()
    try:
        assert server.component.is_well()
        folder.socket.unlink()
        assert not server.component.is_well()
        server.component.restart()
        assert server.component.is_well()
        assert ask(folder, {"ask": "ping"}) == {"ok": "here"}
    finally:
        server.stop()


def test_who_waits_for_a_silent_server_is_freed(tmp_path: Path) -> None:
    with AgentService(policy=open_policy()) as service, running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        silence = threading.Event()
        service.misbehaves = lambda call: silence.wait(120)
        client = run.agent.service_threads._clients[1]
        client._timeout = 20.0
        client.close()
        run.agent.service_threads.want_exchange()
        began = time.monotonic()

        def is_cut_with_an_error() -> bool:
            client.cut()
            return bool(run.agent.exchange.last_error)

        wait_for(is_cut_with_an_error, what="the error")
        assert time.monotonic() - began < 15
        silence.set()
