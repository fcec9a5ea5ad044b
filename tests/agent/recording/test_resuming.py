"""What was going on when the agent last ended goes on, or is closed, when it starts again."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from agent.clocks import SystemClock
from agent.presence.private_mode import SECOND_US, begin, remaining_us
from agent.recording.resuming import PRIVATE_FACT, Resumed, resume_private_mode
from agent.spool.store import SpoolStore
from domain.event_kinds import EventKind
from domain.policies import DefaultStatus, NotificationTexts, TargetedTask
from tests.agent.running import running_agent
from tests.fakes.agent_process import open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import wait_for

NOW = SystemClock().now()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SpoolStore]:
    store = SpoolStore(tmp_path / "spool.db")
    yield store
    store.close()


@pytest.fixture
def service() -> Iterator[AgentService]:
    with AgentService(policy=open_policy()) as service:
        yield service


@pytest.mark.parametrize("default", [None, *DefaultStatus])
def test_private_mode_that_lasts_goes_on_as_it_was(store: SpoolStore, default: DefaultStatus | None) -> None:
    mode = begin(NOW, seconds=60)
    store.put_fact(PRIVATE_FACT, msgspec.json.encode(mode).decode())
    assert resume_private_mode(store, now=NOW, default=default) == Resumed(mode)


@pytest.mark.parametrize("default", [None, *DefaultStatus])
def test_private_mode_that_is_over_is_forgotten(store: SpoolStore, default: DefaultStatus | None) -> None:
    store.put_fact(PRIVATE_FACT, msgspec.json.encode(begin(NOW, seconds=60)).decode())
    later = msgspec.structs.replace(NOW, boot_us=NOW.boot_us + 61 * SECOND_US)
    assert resume_private_mode(store, now=later, default=default) == Resumed(is_over=True)
    assert store.find_fact(PRIVATE_FACT) is None


def test_a_session_begins_in_private_mode_where_that_is_configured(store: SpoolStore) -> None:
    resumed = resume_private_mode(store, now=NOW, default=DefaultStatus.PRIVATE)
    assert resumed.mode is not None
    assert resumed.is_default
    assert remaining_us(resumed.mode, NOW) is None
    assert resume_private_mode(store, now=NOW, default=DefaultStatus.STANDARD) == Resumed()


def test_private_mode_survives_a_restart(tmp_path: Path, service: AgentService) -> None:
    service.policy = open_policy(notifications=NotificationTexts("You are private.", "Over."))
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        run.agent.controls.private_on(30)
        run.window("browser", "My illness")
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        run.window("browser", "My illness")
        assert 0 < (run.agent.controls.private_left_us() or 0) <= 30 * 60_000_000
        run.agent.controls.private_extend(10)
        run.agent.controls.private_off()
        wait_for(lambda: "private_ended" in run.kinds(), what="the end")
    assert run.kinds().count("private_started") == 2
    assert [event.window_title for event in run.events() if event.kind is not EventKind.PRIVATE_ENDED].count(
        "My illness"
    ) <= 1


def test_a_task_is_recorded_and_closed_after_a_crash_at_its_last_event(tmp_path: Path, service: AgentService) -> None:
    service.policy = open_policy(targeted_tasks=(TargetedTask(1, "Refund", "Only refunds."),))
    with running_agent(tmp_path, service) as run:
        wait_for(lambda: run.agent.presence.is_observed, what="the policy")
        _, instructions = run.agent.controls.start_task("refund", "INC1")
        assert instructions == "Only refunds."
        run.window("erp", "Refund of order 7")
        wait_for(lambda: "Refund of order 7" in str(run.events()), what="the window")
        opened = run.agent.store.find_fact("open_task")
    last = run.events()[-1]
    with sqlite3.connect(run.folder.spool) as connection:  # as a crash would have left it
        connection.execute("insert or replace into facts values ('open_task', ?)", (opened,))
    connection.close()
    with running_agent(tmp_path, service) as run:
        stopped = [event for event in run.events() if event.kind is EventKind.TASK_STOPPED][-1]
    assert (stopped.task_name, stopped.case_id, stopped.occurred_at) == ("Refund", "INC1", last.occurred_at)
