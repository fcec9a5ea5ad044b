"""Time passes in the recording thread: private mode ends, tasks are stopped, idle time and sleep are noticed."""

from pathlib import Path

import pytest

from agent.capture.fake import FakeBackend
from agent.clocks import Instant, SessionClock
from agent.intake import Intake
from agent.private_mode import begin
from agent.recording import TASK_AFTER_LOCK_US, TASK_MAX_US, Recording
from tests.agent.builders import NOW, SECOND, Desk


class _Watch:
    """A desk whose clock the test turns; `pass_time` lets the recording thread look once."""

    def __init__(self, folder: Path) -> None:
        self.boot_us = self.awake_us = 0
        self.backend = FakeBackend()
        self.desk = Desk(folder)
        self.recording = Recording(
            intake=Intake(),
            recorder=self.desk.recorder,
            transitions=self.desk.transitions,
            book=self.desk.book,
            store=self.desk.store,
            backend=self.backend,
            clock=SessionClock(self.now),
            read_clocks=self.now,
        )

    def now(self) -> Instant:
        return Instant(NOW + self.boot_us, self.boot_us, self.awake_us, "boot")

    def pass_time(self, seconds: float, *, asleep: bool = False) -> None:
        self.boot_us += int(seconds * SECOND)
        self.awake_us += 0 if asleep else int(seconds * SECOND)
        self.desk.now_us = NOW + self.boot_us
        self.recording._pass_time(self.desk.now_us)

    @property
    def story(self) -> list[tuple[str, float]]:
        return [(kind, at) for kind, at, _ in self.desk.story]


@pytest.fixture
def watch(tmp_path: Path) -> _Watch:
    return _Watch(tmp_path)


def test_private_mode_ends_at_its_deadline_and_says_so(watch: _Watch) -> None:
    told: list[str] = []
    watch.recording.on_private_over = lambda: told.append("over")
    watch.desk.transitions.begin_private(begin(watch.now(), minutes=1), NOW)
    watch.pass_time(59)
    assert not told
    watch.pass_time(1)
    assert told == ["over"]
    assert watch.story == [("private_started", 0), ("private_ended", 60)]


def test_a_forgotten_task_is_stopped_after_a_long_lock_at_the_lock(watch: _Watch) -> None:
    watch.desk.transitions.start_task("Refund", "INC1", NOW)
    watch.pass_time(10)
    watch.desk.transitions.lock(watch.desk.now_us, is_locked=True)
    watch.pass_time(TASK_AFTER_LOCK_US / SECOND)
    assert watch.story == [("task_started", 0), ("locked", 10), ("task_stopped", 10)]


def test_a_task_that_nobody_stops_ends_after_its_limit(watch: _Watch) -> None:
    watch.desk.transitions.start_task("Refund", "INC1", NOW)
    watch.pass_time(TASK_MAX_US / SECOND)
    assert watch.desk.presence.task is None


def test_sleep_that_nobody_told_of_is_seen_by_the_clocks(watch: _Watch) -> None:
    watch.pass_time(10)
    watch.pass_time(3600, asleep=True)
    assert watch.story == [("slept", 10), ("woke", 3610)]


def test_idle_time_is_noticed_and_a_call_is_none(watch: _Watch) -> None:
    watch.pass_time(1)
    watch.backend.in_call, watch.backend.idle = True, 200 * SECOND
    watch.pass_time(200)
    assert watch.story == []
    watch.backend.in_call, watch.backend.idle = False, 400 * SECOND
    watch.pass_time(200)
    assert watch.story == [("idle_started", 201)]


def test_what_the_intake_could_not_hold_is_counted(watch: _Watch) -> None:
    watch.recording.intake = Intake(bound=0)
    for number in range(5):
        watch.recording.intake.put(_Nothing(NOW + number))  # type: ignore[arg-type]
    watch.pass_time(1000)
    (loss,) = watch.desk.store.list_losses()
    assert (loss.reason, loss.event_count) == ("queue_full", 5)


class _Nothing:
    def __init__(self, at_us: int) -> None:
        self.at_us = at_us
