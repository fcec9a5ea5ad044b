"""What the person is promised, with a whole agent and a service on loopback: a no, the clocks, what is told."""

import gzip
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from agent.control.captured import read_captured
from agent.control.requests import answer_requests
from agent.control.wording import tell_status
from agent.sending.sender import SenderState
from agent.spool.rows import Outcome
from domain.dates.collection_windows import CollectionWindow
from domain.event_batches import EventBatch
from domain.policies import AgentPolicy, AgentSettings, Assignment, ConsentState, DefaultStatus, NotificationTexts
from tests.agent.running import Run, running_agent
from tests.fakes.agent_process import open_policy
from tests.fakes.agent_service import AgentService, Call, answering
from tests.fakes.desktop import wait_for

HELD_UP = "/agent/event-batches"
DAY_US = 86_400_000_000


@pytest.fixture
def service() -> Iterator[AgentService]:
    with AgentService(policy=open_policy()) as service:
        service.keeps_bodies = True
        yield service


def _titles(service: AgentService) -> str:
    return str([[context.window_title for context in batch.contexts] for batch in service.batches])


def _status(run: Run) -> list[str]:
    return list(tell_status(run.agent.status.report()))


def _outcomes(run: Run) -> set[str]:
    return {each.outcome if each.sent_us is not None else "waiting" for each in read_captured(run.folder.spool)[0]}


def _two_assignments(second: ConsentState = ConsentState.ACCEPTED, *, days_ago: int = 3) -> AgentPolicy:
    window = CollectionWindow(1, time.time_ns() // 1000 - days_ago * DAY_US)
    return open_policy(
        assignments=(
            Assignment(1, "Invoices", "To see", ConsentState.ACCEPTED, "May we?", window),
            Assignment(2, "Service desk", "To see", second, "May we?", window),
        )
    )


def _work(run: Run, title: str) -> None:
    wait_for(lambda: run.agent.presence.is_observed, what="the policy")
    run.window("editor", title)
    wait_for(lambda: title in str(run.events()), what="the window in the spool")
    run.agent.service_threads.want_sending()


def test_a_no_given_offline_is_obeyed_and_nothing_of_it_leaves(tmp_path: Path, service: AgentService) -> None:
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        service.misbehaves = answering(503)
        _work(run, "before the no")
        wait_for(lambda: run.agent.sender.state is SenderState.WAITING_TO_RETRY, what="the refusal of what was sent")
        service.batches.clear()  # the beginning of the session may have been sent
        said = answer_requests(run.agent)({"ask": "consent", "is_accepted": False})["said"]
        assert "Nothing more is recorded for it, and nothing of it is sent." in said[0]
        assert "deleted" in said[1]
        assert said[-1] == "Now: not recording: you have not consented."
        assert "before the no" not in str(run.events())
        service.misbehaves = lambda call: False
        run.agent.service_threads.want_exchange()
        wait_for(lambda: service.consents, what="the answer at the service")
        run.agent.service_threads.want_sending()
        assert _outcomes(run) <= {Outcome.SENT, Outcome.DECLINED, Outcome.DECLINED_ON_THE_WAY}
        assert run.agent.store.list_losses(with_reported=True) == ()
    assert service.batches == []
    assert service.consents == [{"approval_id": 1, "answer": "declined"}]


def test_what_another_assignment_allows_goes_on(tmp_path: Path, service: AgentService) -> None:
    service.policy, service.misbehaves = _two_assignments(), answering(503, path=HELD_UP)
    with running_agent(tmp_path, service) as run:
        _work(run, "for both")
        run.agent.controls.answer_consent(is_accepted=False, approval_id=2)
        _work(run, "for one")
        service.misbehaves = lambda call: False
        run.agent.service_threads.want_sending()
        wait_for(lambda: "for one" in _titles(service), what="the delivery")
    assert "for both" in _titles(service)


def test_a_delivery_that_waits_for_its_connection_is_held_back_by_a_no(tmp_path: Path, service: AgentService) -> None:
    """The server takes its time before the body can leave; the person says no meanwhile."""
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        service.misbehaves = answering(503, path=HELD_UP)
        _work(run, "before the no")
        sender, connect = run.agent.sender, run.agent.service_threads._clients[0]._connect

        def connect_late() -> object:
            connection = connect()
            run.agent.controls.answer_consent(is_accepted=False)
            return connection

        service.misbehaves, service.batches = lambda call: False, []
        run.agent.service_threads._clients[0]._connect = connect_late  # type: ignore[method-assign, assignment]
        run.agent.service_threads.want_sending()
        wait_for(lambda: "before the no" not in str(run.events()), what="the no")
        run.agent.service_threads._clients[0]._connect = connect  # type: ignore[method-assign]
        assert sender.last_error == "" or "held back" in sender.last_error or "503" in sender.last_error
    assert "before the no" not in _titles(service)


def test_a_no_holds_when_the_server_has_heard_it_and_the_old_policy_is_remembered(
    tmp_path: Path, service: AgentService
) -> None:
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        run.agent.controls.answer_consent(is_accepted=False)
        wait_for(lambda: service.consents, what="the answer at the service")
    service.misbehaves = answering(503)
    with running_agent(tmp_path, service) as run:
        run.window("editor", "after the restart")
        wait_for(lambda: run.agent.exchange.last_error, what="the failed round")
        assert run.agent.recording.transitions.closed_because == "no_consent"
    assert "after the restart" not in str(run.events())


@pytest.mark.parametrize("ahead_seconds", [16, -16, 600, -600, 86_400, -86_400])
def test_a_wrong_clock_costs_no_event(tmp_path: Path, service: AgentService, ahead_seconds: int) -> None:
    service.policy, service.ahead_seconds = _two_assignments(), ahead_seconds
    with running_agent(tmp_path, service) as run:
        _work(run, "letter.txt")
        wait_for(lambda: "letter.txt" in _titles(service), what="the delivery")
        clock = [line for line in _status(run) if line.startswith("Clock:")]
        side = "behind" if ahead_seconds > 0 else "ahead of"
        assert f"{side} the server's; what is sent has the server's time" in clock[0]
        assert "Lost:      nothing" in _status(run)
        assert _outcomes(run) <= {"", "waiting"}
    occurred_us = [at_us for batch in service.batches for at_us in memoryview(batch.occurred_at).cast("q")]
    assert all(abs(at_us - service.now_us()) < 60_000_000 for at_us in occurred_us)


def test_what_happens_before_the_clocks_are_compared_is_held_and_then_sent(
    tmp_path: Path, service: AgentService
) -> None:
    service.policy = _two_assignments()
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        run.agent.store.put_fact("server_clock", None)  # as after a boot
    service.ahead_seconds, service.misbehaves = -86_400, answering(503)
    with running_agent(tmp_path, service) as run:
        _work(run, "offline")
        assert "Clock:     not compared with the server's yet; nothing is sent before" in _status(run)
        service.misbehaves = lambda call: False
        run.agent.service_threads.want_exchange()
        wait_for(lambda: "offline" in _titles(service), what="the delivery")
        assert run.agent.presence.is_observed


def test_a_refusal_is_told_as_one(tmp_path: Path, service: AgentService) -> None:
    def refuse(call: Call) -> bool:
        if call.path != HELD_UP:
            return False
        batch = msgspec.msgpack.decode(gzip.decompress(call.body), type=EventBatch)
        named = {"clock_ahead": list(memoryview(batch.sequence).cast("q"))}
        receipt = {"batch_key": batch.batch_key, "sent": batch.event_count, "accepted": 0, "duplicate": 0}
        more = {"refused": {"clock_ahead": batch.event_count}, "server_time_us": service.now_us()}
        call.answer(200, {**receipt, **more, "refused_events": named})
        return True

    service.misbehaves = refuse
    with running_agent(tmp_path, service) as run:
        _work(run, "letter.txt")
        wait_for(lambda: "refused: clock_ahead" in _outcomes(run), what="the refusal")
        run.agent.service_threads.want_exchange()
        assert any(line.startswith("Lost:      ") and "clock ahead" in line for line in _status(run))


def test_what_cannot_be_seen_is_not_recorded_and_said_so(tmp_path: Path, service: AgentService) -> None:
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        run.backend.unseen = {"window": "Wayland does not show it; sign in with an X11 session"}
        run.agent.recording._sight_due_us = 0
        run.window("editor", "unseen")
        wait_for(lambda: not run.agent.presence.is_observed, what="the closed gate")
        now = _status(run)[0]
        assert now == (
            "Now:       not recording: the window in front is not seen: "
            "Wayland does not show it; sign in with an X11 session"
        )
        run.backend.unseen, run.agent.recording._sight_due_us = {}, 0
        run.window("editor", "seen")
        wait_for(lambda: run.agent.presence.is_observed, what="the open gate")


@pytest.mark.parametrize("minutes", ["0", "2000", "-5", "ten", "1.5", 0, 2000, "9" * 400])
def test_private_mode_is_granted_within_its_bounds_or_refused_in_a_sentence(
    tmp_path: Path, service: AgentService, minutes: object
) -> None:
    with running_agent(tmp_path, service) as run:
        answer = answer_requests(run.agent)({"ask": "private on", "minutes": minutes})
        assert "from 1 to 1,440 whole minutes" in answer["error"]
        assert run.agent.presence.private is None
        assert answer["now"].startswith("Now: ")


def test_a_pause_is_never_shortened_without_a_word(tmp_path: Path, service: AgentService) -> None:
    service.policy = open_policy(notifications=NotificationTexts("You are private.", "Extend it."))
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        ask = answer_requests(run.agent)
        said = ask({"ask": "private on", "minutes": "90"})["said"]
        assert said[-1].startswith("Now: private until ")
        kept = ask({"ask": "private on", "minutes": "10"})["said"]
        assert "lasts longer than 10 minutes: it is not shortened" in kept[0]
        assert kept[-1] == said[-1]
        bounded = ask({"ask": "private extend", "minutes": "1440"})["said"]
        assert bounded[0] == "Private mode is extended. It lasts a day at most from now."
        assert ask({"ask": "private off"})["said"] == ["Private mode is off.", "Now: recording."]
        assert ask({"ask": "private off"})["said"][0] == "Private mode was off already."


def test_a_session_that_begins_in_private_mode_says_so_and_how_it_ends(tmp_path: Path, service: AgentService) -> None:
    settings = AgentSettings(default_status=DefaultStatus.PRIVATE)
    service.policy = open_policy(settings=settings, notifications=NotificationTexts("It ends by itself.", "Extend."))
    with running_agent(tmp_path, service) as run:
        wait_for(run.agent.policy, what="the policy")
    notices: list[str] = []
    with running_agent(tmp_path, service, notices=notices) as run:
        wait_for(lambda: notices, what="the notice")
        assert "until you end it" in notices[0]
        assert _status(run)[0] == "Now:       private until you end it; nothing is recorded"
        kept = answer_requests(run.agent)({"ask": "private on", "minutes": "10"})["said"]
        assert "it is not shortened" in kept[0]
    assert "It ends by itself." not in str(notices)


def test_that_private_mode_is_over_is_said_truly_and_when_somebody_is_there(
    tmp_path: Path, service: AgentService
) -> None:
    (assignment,) = open_policy().assignments
    settings = AgentSettings(private_mode_seconds=1)
    texts = NotificationTexts("You are private.", "")
    service.policy = open_policy(
        assignments=(msgspec.structs.replace(assignment, consent=ConsentState.DECLINED),),
        settings=settings,
        notifications=texts,
    )
    notices: list[str] = []
    with running_agent(tmp_path, service, notices=notices) as run:
        wait_for(run.agent.policy, what="the policy")
        run.agent.controls.private_on()
        run.agent.controls.in_order(lambda at_us: run.agent.recording.transitions.lock(at_us, is_locked=True))
        wait_for(lambda: run.agent.presence.private is None, what="the end of private mode")
        assert notices == []
        run.agent.controls.in_order(lambda at_us: run.agent.recording.transitions.lock(at_us, is_locked=False))
        wait_for(lambda: notices, what="the notice")
    assert notices == ["Private mode is over. Now: not recording: you have not consented."]
