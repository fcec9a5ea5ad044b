"""What the person is promised, at the real agent's own command, window and screen."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from domain.assignments.terms import Cadence, Goal
from domain.policies import ConsentState
from tests.fakes.agent_process import agent_process, open_policy, started
from tests.fakes.agent_service import AgentService, answering
from tests.fakes.desktop import Desktop, desktop, missing, wait_for

pytestmark = [pytest.mark.x11, pytest.mark.skipif(bool(missing()), reason=missing())]


def _titles(service: AgentService) -> str:
    return str([[context.window_title for context in batch.contexts] for batch in service.batches])


def _is_closed(screen: Desktop) -> bool:
    """Pressed again until the page with “Close” is there to take it."""
    screen.key("Return")
    return not screen.find("Task Mining")


def test_a_no_given_offline_survives_kill_9_and_nothing_of_it_leaves(tmp_path: Path) -> None:
    with desktop(tmp_path) as screen, AgentService(policy=open_policy()) as service:
        service.keeps_bodies = True
        with agent_process(tmp_path, service, screen.environment) as agent:
            service.misbehaves = answering(503)
            screen.activate(screen.terminal("before the no"))
            wait_for(lambda: "before the no" in agent.ask("captured"), what="the window")
            assert "You declined: Measurement" in agent.ask("consent", "decline")
            os.kill(agent.process.pid, signal.SIGKILL)
            agent.process.wait()
        service.misbehaves, service.batches = lambda call: False, []
        with started(agent.folder, screen.environment) as again:
            wait_for(lambda: service.consents, what="the answer at the service")
            told = again.ask("status")
            assert "Now:       not recording: you have not consented" in told
            assert "your consent: declined" in told
            assert "deleted (you declined" in again.ask("captured")
            assert "before the no" not in again.ask("captured")
    assert "before the no" not in _titles(service)
    assert service.consents == [{"approval_id": 1, "answer": "declined"}]


def test_consent_is_asked_in_a_window_and_answered_there(tmp_path: Path) -> None:
    (assignment,) = open_policy().assignments
    asked = msgspec.structs.replace(
        assignment,
        consent=ConsentState.PENDING,
        asked_by="Ada Lovelace",
        seen_by="The analysts",
        cadence=Cadence.TARGETED,
        tasks=("refund",),
        goals=(Goal.TASK_ACTIVITY,),
    )
    with desktop(tmp_path) as screen, AgentService(policy=open_policy(assignments=(asked,))) as service:
        state_folder = tmp_path / "agent-state"
        with agent_process(tmp_path, service, screen.environment, until="your consent: pending") as agent:
            told = agent.ask("status")
            assert "asked by: Ada Lovelace" in told
            assert "| May we?" in told
            assert "recorded: only while you record “refund”, from your start to your stop" in told
            assert "analyses: task activity" in told
            asked_here = agent.ask("consent")
            for said in ("May we?", "To measure", "from ", "only while you record", "task activity", "The analysts"):
                assert said in asked_here
            window = wait_for(lambda: screen.find("Task Mining"), what="the window")
            screen.activate(window)
            screen.key("shift+Tab", "Return")  # from “Later” to “Decline”
            wait_for(lambda: service.consents, what="the answer at the service")
            wait_for(lambda: _is_closed(screen), what="the end of the window")
            assert "Nothing waits for your answer" in agent.ask("consent")
    assert service.consents == [{"approval_id": 1, "answer": "declined"}]
    assert state_folder.exists()


def test_two_sessions_of_one_person_are_both_recorded_and_obey_one_answer(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with (
        desktop(tmp_path / "one") as one,
        desktop(tmp_path / "two") as two,
        AgentService(policy=open_policy()) as service,
        agent_process(tmp_path, service, one.environment) as first,
        started(first.folder.of_room(first.folder.path / "session-2"), two.environment) as second,
    ):
        second.wait_until("Now:       recording")
        two.activate(two.terminal("in the second"))
        wait_for(lambda: "in the second" in second.ask("captured"), what="its window")
        assert "in the second" not in first.ask("captured")
        displays = [each.environment["DISPLAY"] for each in (one, two)]
        assert f"Session:   {displays[1]}; also running in {displays[0]}" in second.ask("status")
        again = subprocess.run(
            [sys.executable, "-m", "agent.command", "run"],
            env={**second.environment},
            check=False,
            capture_output=True,
            text=True,
        )
        assert "running already in this session" in again.stderr
        first.ask("consent", "decline")
        assert "you have not consented" in second.ask("status")
        assert "in the second" not in second.ask("captured") or "sent" in second.ask("captured")
