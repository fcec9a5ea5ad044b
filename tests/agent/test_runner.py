"""A whole agent with an imagined desktop and a real service on loopback: policy, consent, private mode, restart."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from agent.capture.observations import CaptureEnded, ClickSeen, KeyCounted
from agent.control.errors import ControlError
from agent.control.local_socket import AlreadyRunning, ControlServer, NotRunning, ask
from agent.control.requests import answer_requests
from domain.event_filters.rules import EventFilterRecord
from domain.event_kinds import EventKind
from domain.policies import AgentSettings, ConsentState, NotificationTexts, TargetedTask
from tests.agent.running import running_agent
from tests.fakes.agent_process import open_policy
from tests.fakes.agent_service import AgentService, answering
from tests.fakes.desktop import wait_for

MINUTE_US = 60_000_000


@pytest.fixture
def service() -> Iterator[AgentService]:
    with AgentService(policy=open_policy()) as service:
        yield service


def test_what_happens_is_spooled_and_sent(tmp_path: Path, service: AgentService) -> None:
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        run.window("editor", "letter.txt")
        run.backend.tell(KeyCounted(run.agent.clock.now_us()))
        run.backend.tell(ClickSeen(run.agent.clock.now_us()))
        wait_for(lambda: "clicked" in run.kinds(), what="the click in the spool")
    assert run.kinds() == ["session_started", "window_focused", "typed", "clicked", "session_ended"]


def test_without_an_answering_server_nothing_is_recorded(tmp_path: Path, service: AgentService) -> None:
    service.policy = None
    with running_agent(tmp_path, service) as run:
        run.window("editor", "letter.txt")
        wait_for(lambda: run.agent.exchange.last_error, what="the first poll")
    assert run.events() == []


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"version":1}', b"[" * 1_000_000, b"\xff\xfe", b'{"version":"1","form":9}']
)
def test_a_policy_that_cannot_be_read_allows_nothing(tmp_path: Path, service: AgentService, body: bytes) -> None:
    service.policy_body = body
    with running_agent(tmp_path, service) as run:
        run.window("editor", "letter.txt")
        wait_for(lambda: run.agent.exchange.last_error, what="the first poll")
    assert run.events() == []


def test_somebody_elses_policy_allows_nothing(tmp_path: Path, service: AgentService) -> None:
    service.policy = open_policy(login="john")
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: "enrol again" in run.agent.exchange.last_error, what="the refusal")
    assert run.events() == []


def test_after_a_restart_the_last_policy_holds_while_the_server_is_away(tmp_path: Path, service: AgentService) -> None:
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
    service.misbehaves = answering(503)
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the remembered policy")
        run.window("editor", "offline")
        wait_for(lambda: "offline" in [event.window_title for event in run.events()], what="the window")


def test_consent_is_asked_once_and_opens_the_gate(tmp_path: Path, service: AgentService) -> None:
    (assignment,) = open_policy().assignments
    service.policy = open_policy(assignments=(msgspec.structs.replace(assignment, consent=ConsentState.PENDING),))
    notices: list[str] = []
    with running_agent(tmp_path, service, notices=notices) as run:
        wait_for(lambda: notices, what="the question")
        run.window("editor", "before consent")
        assert run.agent.controls.answer_consent(is_accepted=True).names == (assignment.name,)
        wait_for(lambda: service.consents, what="the answer at the service")
        service.policy = open_policy(version="2")
        run.agent.service_threads.want_exchange()
        wait_for(lambda: run.agent.presence.is_observed, what="the gate")
    assert service.consents == [{"approval_id": 1, "answer": "accepted"}]
    assert len(notices) == 1
    assert "before consent" not in [
        event.window_title for event in run.events() if event.kind is EventKind.WINDOW_FOCUSED
    ]


def test_declining_stops_at_once(tmp_path: Path, service: AgentService) -> None:
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        run.agent.controls.answer_consent(is_accepted=False)
        wait_for(lambda: not run.agent.presence.is_observed, what="the closed gate")
        run.window("editor", "after")
    assert "after" not in str(run.events())


def test_declining_holds_over_a_restart_though_the_server_has_not_heard_of_it(
    tmp_path: Path, service: AgentService
) -> None:
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        service.misbehaves = answering(503)
        run.agent.controls.answer_consent(is_accepted=False)
        wait_for(lambda: not run.agent.presence.is_observed, what="the closed gate")
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.policy_application.held is not None, what="the remembered policy")
        run.window("editor", "after the restart")
        wait_for(lambda: run.agent.exchange.last_error, what="the failed round")
        assert run.agent.recording.transitions.closed_because == "no_consent"
        service.misbehaves = lambda call: False
        run.agent.service_threads.want_exchange()
        wait_for(lambda: service.consents, what="the answer at the service")
    assert service.consents == [{"approval_id": 1, "answer": "declined"}]
    assert "after the restart" not in str(run.events())


def test_a_stricter_policy_applies_to_what_waits(tmp_path: Path, service: AgentService) -> None:
    service.misbehaves = answering(503, path="/agent/event-batches")
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        run.window("erp", "Payroll of Jane")
        wait_for(lambda: "Payroll" in str(run.events()), what="the window")
        condition = {"field": "window_title", "operator": "contains", "value": "payroll"}
        stricter = (EventFilterRecord("Payroll", "replace", condition, ("name",)),)
        service.policy = open_policy(version="2", event_filters=stricter)
        run.agent.service_threads.want_exchange()
        wait_for(lambda: "Payroll" not in str(run.events()), what="the mask")
        assert run.agent.policy_application.health_flags == ()
        service.policy = open_policy(version="3", event_filters=(EventFilterRecord("Odd", "exclude", 7),))
        run.agent.service_threads.want_exchange()
        wait_for(lambda: run.agent.policy_application.health_flags == ("unreadable_filter:Odd",), what="the flag")


def test_a_filter_about_what_was_not_kept_masks_every_waiting_title(tmp_path: Path, service: AgentService) -> None:
    service.misbehaves = answering(503, path="/agent/event-batches")
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        run.window("erp", "Anything")
        wait_for(lambda: "Anything" in str(run.events()), what="the window")
        condition = {"field": "window_class", "operator": "is", "value": "Payroll"}
        service.policy = open_policy(version="2", event_filters=(EventFilterRecord("Class", "exclude", condition),))
        run.agent.service_threads.want_exchange()
        wait_for(lambda: "Anything" not in str(run.events()), what="the mask")


def test_the_end_of_the_desktop_session_ends_the_run_and_is_recorded(tmp_path: Path, service: AgentService) -> None:
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        run.backend.tell(CaptureEnded(run.agent.clock.now_us(), "the display is gone"))
        wait_for(lambda: run.kinds()[-1:] == ["session_ended"], what="the end")


def test_the_server_hears_of_health_and_losses(tmp_path: Path, service: AgentService) -> None:
    with running_agent(tmp_path, service) as run:
        run.agent.store.count_loss("queue_full", 3, first_us=1, last_us=2)
        run.agent.service_threads.want_exchange()
        wait_for(lambda: service.health and service.losses, what="health and losses")
        wait_for(lambda: run.agent.store.list_losses() == (), what="settled losses")
    assert {"cpu_percent", "memory_bytes", "queue_count", "losses", "capabilities", "policy_version"} <= set(
        service.health[0]
    )
    assert service.losses[0]["reason"] == "queue_full"
    assert service.losses[0]["event_count"] == 3


def test_the_door_answers_its_owner_and_a_second_agent_is_refused(tmp_path: Path, service: AgentService) -> None:
    with running_agent(tmp_path, service) as run:
        server = ControlServer(run.folder, answer_requests(run.agent))
        server.start()
        try:
            assert run.folder.socket.stat().st_mode & 0o777 == 0o600
            wait_for(lambda: run.agent.presence.is_observed, what="the policy")
            assert ask(run.folder, {"ask": "status"})["ok"]["is_recording"] is True
            assert "error" in ask(run.folder, {"ask": "nonsense"})
            assert "choose one of these: none" in ask(run.folder, {"ask": "task start", "name": "x"})["error"]
            assert "private extend" not in ask(run.folder, {"ask": "private on", "minutes": 5})
            with pytest.raises(AlreadyRunning):
                ControlServer(run.folder, answer_requests(run.agent)).start()
        finally:
            server.stop()
        with pytest.raises(NotRunning):
            ask(run.folder, {"ask": "ping"})


def test_private_mode_lasts_as_long_as_is_asked_or_configured(tmp_path: Path, service: AgentService) -> None:
    service.policy = open_policy(notifications=NotificationTexts("You are private.", "Over."))
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        controls = run.agent.controls
        controls.private_on()
        assert 29 * MINUTE_US < (controls.private_left_us() or 0) <= 30 * MINUTE_US
        controls.private_extend(15)
        assert 44 * MINUTE_US < (controls.private_left_us() or 0) <= 45 * MINUTE_US
        controls.private_on(5)  # never shortens
        assert 44 * MINUTE_US < (controls.private_left_us() or 0) <= 45 * MINUTE_US
        controls.private_off()
        texts, settings = NotificationTexts("", ""), AgentSettings(private_mode_seconds=600)
        service.policy = open_policy(version="2", notifications=service.policy.notifications, settings=settings)
        run.agent.service_threads.want_exchange()
        wait_for(
            lambda: run.agent.policy_application.held and run.agent.policy_application.held.policy.version == "2",
            what="the policy",
        )
        controls.private_on()
        assert 9 * MINUTE_US < (controls.private_left_us() or 0) <= 10 * MINUTE_US
        controls.private_extend()
        assert 19 * MINUTE_US < (controls.private_left_us() or 0) <= 20 * MINUTE_US
        controls.private_off()
        service.policy = open_policy(version="3", notifications=texts)
        run.agent.service_threads.want_exchange()
        wait_for(
            lambda: run.agent.policy_application.held and run.agent.policy_application.held.policy.version == "3",
            what="the policy",
        )
        controls.private_on()  # without a startup text it has no timeout
        assert run.agent.presence.private is not None
        assert controls.private_left_us() is None
        with pytest.raises(ControlError, match="cannot be extended"):
            controls.private_extend()


def test_task_limits_hold_as_soon_as_the_policy_brings_them(tmp_path: Path, service: AgentService) -> None:
    tasks = (TargetedTask(1, "Refund", ""),)
    service.policy = open_policy(targeted_tasks=tasks)
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        run.agent.controls.start_task("refund", "INC1")
        service.policy = open_policy(version="2", targeted_tasks=tasks, settings=AgentSettings(task_limit_seconds=1))
        run.agent.service_threads.want_exchange()
        wait_for(lambda: "task_stopped" in run.kinds(), what="the limit")
        assert run.agent.store.find_fact("open_task") is None


def test_that_private_mode_ends_is_said_before_and_after(tmp_path: Path, service: AgentService) -> None:
    settings = AgentSettings(private_mode_seconds=1)
    service.policy = open_policy(notifications=NotificationTexts("You are private.", "Extend it."), settings=settings)
    notices: list[str] = []
    with running_agent(tmp_path, service, notices=notices) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        answer_requests(run.agent)({"ask": "private on"})
        wait_for(lambda: "private_ended" in run.kinds(), what="the end")
    began, soon, over = notices
    assert began.startswith("You are private. Now: private until ")
    assert soon.startswith("Extend it. Now: private until ")
    assert over == "Private mode is over. Now: recording."
