"""What the service says of the agent itself: signed off, waiting to be confirmed, not the only one of its person."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from agent.command import main
from agent.control.requests import answer_requests
from agent.control.wording import tell_status
from agent.installation.leaving import take_leave
from agent.settings import Enrolled, SettingsError, StateFolder, load_enrolment, save_enrolment
from agent.tray.menu import menu_of, tray_state_of
from domain.policies import OtherAgent
from tests.agent.running import Run, running_agent
from tests.fakes.agent_process import open_policy
from tests.fakes.agent_service import AgentService, answering
from tests.fakes.desktop import wait_for

UNCONFIRMED = {"type": "urn:task-mining:problem:agent-unconfirmed", "detail": "It waits: confirm it."}


@pytest.fixture
def service() -> Iterator[AgentService]:
    with AgentService(policy=open_policy()) as service:
        yield service


def titles(run: Run) -> set[str]:
    return {event.window_title for event in run.events()}


def status_of(run: Run) -> str:
    return "\n".join(tell_status(run.agent.status.report()))


@pytest.mark.parametrize("path", ["", "/agent/event-batches"])
def test_signed_off_it_takes_nothing_new_keeps_what_waits_and_says_so(
    tmp_path: Path, service: AgentService, path: str
) -> None:
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        service.misbehaves = answering(401, path=path)
        run.window("editor", "before")
        wait_for(lambda: "before" in titles(run), what="the window")
        if path:
            run.agent.sender.step()
        run.agent.service_threads.want_exchange()
        wait_for(lambda: run.agent.status.closed_because() == "signed_off", what="the closed gate")
        run.window("editor", "after")
        assert "not recording: this agent was signed off" in status_of(run)
    assert "before" in titles(run)
    service.misbehaves = answering(503)
    with running_agent(tmp_path, service) as run:  # the remembered policy would allow it
        wait_for(lambda: run.agent.exchange.last_error, what="the first poll")
        run.window("editor", "restarted")
        run.agent.controls.in_order(lambda at_us: None)
        assert run.agent.status.closed_because() == "signed_off"
    assert titles(run) & {"after", "restarted"} == set()


def test_an_agent_that_waits_to_be_confirmed_records_nothing_until_it_is(tmp_path: Path, service: AgentService) -> None:
    service.misbehaves = answering(403, UNCONFIRMED)
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.status.closed_because() == "unconfirmed", what="the refusal")
        assert "waits to be confirmed at your other workstation" in status_of(run)
        service.misbehaves = lambda call: False
        run.agent.service_threads.want_exchange()
        wait_for(lambda: run.agent.presence.is_observed, what="the confirmation")
        run.window("editor", "confirmed")
        wait_for(lambda: "confirmed" in titles(run), what="the window")


def test_another_agent_of_the_person_is_told_and_settled_here(tmp_path: Path, service: AgentService) -> None:
    waits = OtherAgent(7, "laptop", "CORP\\jane", 1_764_000_000_000_000, is_confirmed=False)
    service.policy = open_policy(other_agents=(waits, OtherAgent(8, "desk-2", "jane", 1, is_confirmed=True)))
    notices: list[str] = []
    with running_agent(tmp_path, service, notices=notices) as run:
        wait_for(lambda: len(notices) == 2, what="both notices")
        assert "task-mining-agent workstation confirm 7" in notices[0]
        assert "laptop (account CORP\\jane)" in notices[0]
        assert "desk-2" in notices[1]
        told = status_of(run)
        assert "Asks:      an agent on laptop (account CORP\\jane)" in told
        assert "Also on:   desk-2" in told
        words = [entry.words for entry in menu_of(tray_state_of(run.agent))]
        assert {("workstation", "confirm", "7"), ("workstation", "refuse", "7")} <= set(words)
        answer = answer_requests(run.agent)
        assert "confirmed" in str(answer({"ask": "workstation confirm", "number": 7})["said"])
        assert ("POST", "/agent/enrolments/7/confirm") in service.calls
        assert "refused" in str(answer({"ask": "workstation refuse", "number": 7})["said"])
        service.misbehaves = answering(409, {"detail": "Agent 7 does not wait: enrol again."})
        assert "does not wait" in answer({"ask": "workstation confirm", "number": 7})["error"]
        assert "by its number" in answer({"ask": "workstation confirm"})["error"]
    assert len(notices) == 2


def enrolled_in(folder: Path, url: str) -> StateFolder:
    state = StateFolder(folder / "state")
    state.prepare()
    save_enrolment(state, Enrolled(url, 5, "token", 1, "jane", "pc-1"))
    return state


def test_uninstalling_tells_the_service_once(
    tmp_path: Path, service: AgentService, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state = enrolled_in(tmp_path, service.url)
    monkeypatch.setenv("TASK_MINING_AGENT_HOME", str(state.path))
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    assert main(["uninstall"]) == 0
    assert "The service was told" in capsys.readouterr().out
    assert service.calls == [("POST", "/agent/uninstall")]
    with pytest.raises(SettingsError, match="was uninstalled"):
        load_enrolment(state)
    assert "told of it before" in take_leave(state)
    assert len(service.calls) == 1


def test_uninstalling_offline_says_that_the_service_does_not_know(tmp_path: Path, service: AgentService) -> None:
    state = enrolled_in(tmp_path, "http://127.0.0.1:1")
    told = take_leave(state)
    assert "could not be told" in told
    assert "have an agent installer end agent 5" in told
    save_enrolment(state, msgspec.structs.replace(load_enrolment(state), server=service.url))
    assert "was told" in take_leave(state)


def test_an_agent_that_was_signed_off_before_leaves_as_well(tmp_path: Path, service: AgentService) -> None:
    service.misbehaves = answering(401)
    assert "was told" in take_leave(enrolled_in(tmp_path, service.url))
    assert "not enrolled" in take_leave(StateFolder(tmp_path / "nowhere"))
