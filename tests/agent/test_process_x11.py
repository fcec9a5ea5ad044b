"""The agent as its own process on a real desktop: what it answers, and how it ends."""

import os
import signal
from pathlib import Path

import pytest

from domain.event_kinds import EventKind
from tests.fakes.agent_process import agent_process, open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import desktop, missing, wait_for

pytestmark = [pytest.mark.x11, pytest.mark.skipif(bool(missing()), reason=missing())]


def test_a_day_in_short(tmp_path: Path) -> None:
    """Work, private mode, work, sign out: everything arrives and only the marks of private mode do."""
    with desktop(tmp_path, has_bus=True) as screen, AgentService(policy=open_policy()) as service:
        with agent_process(tmp_path, service, screen.environment) as agent:
            alpha, beta = screen.editor("alpha"), screen.terminal("beta")
            screen.activate(alpha)
            screen.write("hello")
            screen.activate(beta)
            screen.write("sudo secret")
            wait_for(lambda: "beta" in [event.window_title for event in agent.events()], what="the second window")
            assert "Private mode is on" in agent.ask("private", "on", "10")
            assert "private until" in agent.ask("status")
            screen.terminal("my illness")
            screen.write("secret")
            assert "Private mode is off" in agent.ask("private", "off")
            screen.activate(alpha)
            wait_for(lambda: agent.events()[-1].window_title == "alpha", what="the first window again")
            told = agent.ask("captured")
            assert "pressed 5 keys (not which)" in told
            assert "pressed keys (not counted)  [xterm · beta]" in told
            assert "private mode began" in told
        wait_for(lambda: len(service.delivered) == len(agent.events()), what="the last delivery")
    events = agent.events()
    assert sum(event.key_count for event in events) == 5
    assert "my illness" not in [event.window_title for event in events if event.kind is not EventKind.PRIVATE_ENDED]
    assert events[-1].kind is EventKind.SESSION_ENDED
    assert agent.process.returncode == 0


def test_a_display_that_disappears_ends_the_agent_without_a_crash_loop(tmp_path: Path) -> None:
    with desktop(tmp_path) as screen, AgentService(policy=open_policy()) as service:
        with agent_process(tmp_path, service, screen.environment) as agent:
            screen.terminal("alpha")
            wait_for(lambda: "alpha" in str(agent.events()), what="the window")
            os.kill(screen.server_pid, signal.SIGKILL)
            wait_for(lambda: agent.process.poll() is not None, what="the end")
            assert agent.process.returncode == 0
        assert agent.events()[-1].kind is EventKind.SESSION_ENDED
        assert "the display is gone" in agent.folder.log.read_text(encoding="utf-8")
        assert "Traceback" not in agent.folder.log.read_text(encoding="utf-8")


def test_kill_9_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    with desktop(tmp_path) as screen, AgentService(policy=open_policy()) as service:
        with agent_process(tmp_path, service, screen.environment) as agent:
            screen.activate(screen.terminal("alpha"))
            screen.click(screen.find("alpha"))
            wait_for(lambda: EventKind.CLICKED in [event.kind for event in agent.events()], what="the click")
            before = agent.events()
            agent.process.kill()
        with agent_process(tmp_path, service, screen.environment) as again:
            assert again.events()[: len(before)] == before
            wait_for(lambda: len(service.delivered) >= len(before), what="the delivery")
            assert set(service.delivered.values()) == {1}
