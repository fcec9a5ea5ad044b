"""A folder that becomes read-only while the agent runs: said in status, nothing lost, written when it can be again."""

from pathlib import Path

import pytest

from agent.capture.observations import ClickSeen
from agent.control.errors import ControlError
from tests.agent.running import Run, running_agent
from tests.fakes.agent_process import open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import wait_for


def _set_read_only(run: Run, *, is_on: bool) -> None:
    """As SQLite finds a folder without rights; works for root as well, whom no rights hold back."""
    with run.agent.store.reading() as connection:
        connection.execute(f"pragma query_only = {'on' if is_on else 'off'}")


def test_events_wait_in_memory_and_are_committed_later(tmp_path: Path) -> None:
    with AgentService(policy=open_policy()) as service, running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        run.window("editor", "letter.txt")
        wait_for(lambda: "window_focused" in run.kinds(), what="the window")
        before = run.events()
        _set_read_only(run, is_on=True)
        for _ in range(20):
            run.backend.tell(ClickSeen(run.agent.clock.now_us()))
        wait_for(lambda: run.agent.writer.trouble, what="the trouble")
        told = " ".join(run.agent.status.report().flags)
        assert "cannot be written" in told
        assert "mend its rights" in told
        assert run.agent.status.report().waiting_count >= 20
        assert run.events() == before
        _set_read_only(run, is_on=False)
        wait_for(lambda: run.kinds().count("clicked") == 20, what="the clicks")
        wait_for(lambda: run.agent.writer.trouble is None, what="the end of the trouble")
    assert run.agent.store.path.exists()
    sequences = [event.sequence for event in run.events()]
    assert sequences == list(range(sequences[0], sequences[0] + len(sequences)))


def test_what_a_person_asks_is_refused_or_done_but_does_not_end_the_agent(tmp_path: Path) -> None:
    with AgentService(policy=open_policy()) as service, running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        _set_read_only(run, is_on=True)
        with pytest.raises(ControlError, match=r"not over a restart.*mend"):
            run.agent.controls.private_on(5)
        assert run.agent.presence.private is not None
        _set_read_only(run, is_on=False)
        run.agent.controls.private_off()
        assert run.agent.presence.private is None
