"""Time passes in the recording thread: private mode ends, tasks are stopped, idle time and sleep are noticed."""

from pathlib import Path

import pytest

from agent.capture.observations import SleepSeen
from agent.clocks import Instant, SessionClock
from agent.presence.private_mode import begin
from agent.recording.intake import Intake
from agent.recording.recording_loop import RecordingLoop
from domain.policies import AgentSettings
from tests.agent.builders import NOW, SECOND, Desk
from tests.agent.imagined_desktop import ImaginedDesktop


class _Watch:
    """A desk whose clock the test turns; `pass_time` lets the recording thread look once."""

    def __init__(self, folder: Path) -> None:
        self.boot_us = self.awake_us = 0
        self.told: list[str] = []
        self.backend = ImaginedDesktop()
        self.desk = Desk(folder)
        self.recording = RecordingLoop(
            intake=Intake(),
            recorder=self.desk.recorder,
            transitions=self.desk.transitions,
            drafts=self.desk.drafts,
            store=self.desk.store,
            backend=self.backend,
            clock=SessionClock(self.now),
            read_clocks=self.now,
            endings=self,
        )

    def now(self) -> Instant:
        return Instant(NOW + self.boot_us, self.boot_us, self.awake_us, "boot")

    def pass_time(self, seconds: float, *, asleep: bool = False) -> None:
        self.boot_us += int(seconds * SECOND)
        self.awake_us += 0 if asleep else int(seconds * SECOND)
        self.desk.now_us = NOW + self.boot_us
        self.recording._pass_time(self.desk.now_us)

    def private_ends_soon(self) -> None:
        self.told.append("soon")

    def private_is_over(self) -> None:
        self.told.append("over")

    def task_is_over(self) -> None:
        self.told.append("task over")

    def look(self) -> None:
        """Nothing is held back here."""

    @property
    def story(self) -> list[tuple[str, float]]:
        return [(kind, at) for kind, at, _ in self.desk.story]


@pytest.fixture
def watch(tmp_path: Path) -> _Watch:
    return _Watch(tmp_path)


def test_private_mode_ends_at_its_deadline_and_says_so(watch: _Watch) -> None:
    watch.desk.transitions.begin_private(begin(watch.now(), seconds=60), NOW)
    watch.pass_time(39)
    assert not watch.told
    watch.pass_time(1)
    watch.pass_time(19)
    assert watch.told == ["soon"]
    watch.pass_time(1)
    assert watch.told == ["soon", "over"]
    assert watch.story == [("private_started", 0), ("private_ended", 60)]


@pytest.mark.parametrize(
    ("settings", "seconds"), [(AgentSettings(), 1800), (AgentSettings(task_after_lock_seconds=60), 60)]
)
def test_a_forgotten_task_is_stopped_after_a_long_lock_at_the_lock(
    watch: _Watch, settings: AgentSettings, seconds: int
) -> None:
    watch.recording.settings = settings
    watch.desk.transitions.start_task("Refund", "INC1", NOW)
    watch.pass_time(10)
    watch.desk.transitions.lock(watch.desk.now_us, is_locked=True)
    watch.pass_time(seconds - 1)
    assert watch.desk.presence.task is not None
    watch.pass_time(1)
    assert watch.story == [("task_started", 0), ("locked", 10), ("task_stopped", 10)]


@pytest.mark.parametrize(
    ("settings", "seconds"), [(AgentSettings(), 28_800), (AgentSettings(task_limit_seconds=900), 900)]
)
def test_a_task_that_nobody_stops_ends_at_its_limit(watch: _Watch, settings: AgentSettings, seconds: int) -> None:
    watch.recording.settings = settings
    watch.desk.transitions.start_task("Refund", "INC1", NOW)
    watch.pass_time(seconds - 1)
    assert watch.desk.presence.task is not None
    assert watch.recording._due_us(watch.desk.now_us) <= watch.desk.now_us + SECOND
    watch.pass_time(1)
    assert watch.desk.presence.task is None


def test_a_limit_that_is_lowered_ends_a_task_under_way(watch: _Watch) -> None:
    watch.desk.transitions.start_task("Refund", "INC1", NOW)
    watch.pass_time(700)
    assert watch.desk.presence.task is not None
    watch.recording.settings = AgentSettings(task_limit_seconds=600)
    watch.pass_time(0)
    assert watch.story[-1] == ("task_stopped", 700)


def test_sleep_that_nobody_told_of_is_seen_by_the_clocks(watch: _Watch) -> None:
    watch.pass_time(10)
    watch.pass_time(3600, asleep=True)
    assert watch.story == [("slept", 10), ("woke", 3610)]


def test_sleep_that_was_told_of_too_late_began_when_it_began(watch: _Watch) -> None:
    watch.pass_time(10)
    watch.boot_us += 3600 * SECOND
    for is_asleep in (True, False):
        watch.recording.intake.put(SleepSeen(NOW + watch.boot_us, is_asleep))
    watch.recording.run_once()
    assert watch.story == [("slept", 10), ("woke", 3610)]


def test_sleep_that_was_told_of_in_time_is_one_sleep(watch: _Watch) -> None:
    watch.pass_time(10)
    watch.recording.intake.put(SleepSeen(NOW + watch.boot_us, is_asleep=True))
    watch.recording.run_once()
    watch.boot_us += 3600 * SECOND
    watch.recording.intake.put(SleepSeen(NOW + watch.boot_us, is_asleep=False))
    watch.recording.run_once()
    assert watch.story == [("slept", 10), ("woke", 3610)]


def test_what_is_configured_holds_at_once(watch: _Watch) -> None:
    settings = AgentSettings(element_timeout_milliseconds=250, disabled_collectors=("Keys",), idle_threshold_seconds=30)
    watch.recording.follow(settings)
    assert watch.backend.element_timeout_us == 250_000
    assert watch.desk.recorder.disabled == {"keys"}
    _wait(watch, 31)
    assert [kind for kind, _ in watch.story] == ["idle_started"]


def _wait(watch: _Watch, seconds: int, *, in_call: bool = False, audible: bool = False) -> None:
    """Without input, looked at as often as the recording itself would."""
    watch.backend.in_call, watch.backend.audible = in_call, audible
    for _ in range(seconds):
        watch.backend.idle = (watch.backend.idle or 0) + SECOND
        watch.pass_time(1)


@pytest.mark.parametrize("present", [{"in_call": True}, {"audible": True}])
def test_a_call_is_no_idle_time_which_begins_when_it_ends(watch: _Watch, present: dict[str, bool]) -> None:
    _wait(watch, 600, **present)
    _wait(watch, 174)
    assert watch.story == []
    _wait(watch, 7)
    ((kind, at),) = watch.story
    assert kind == "idle_started"
    assert 595 <= at <= 600


def test_a_call_that_is_shorter_than_the_threshold_is_seen_as_well(watch: _Watch) -> None:
    _wait(watch, 20)
    _wait(watch, 100, in_call=True)
    _wait(watch, 174)
    assert watch.story == []


def test_a_call_that_begins_ends_idle_time(watch: _Watch) -> None:
    _wait(watch, 200)
    _wait(watch, 6, in_call=True)
    assert [kind for kind, _ in watch.story] == ["idle_started", "idle_ended"]


def test_where_calls_are_switched_off_they_are_idle_time(watch: _Watch) -> None:
    watch.desk.recorder.disabled = frozenset({"call"})
    _wait(watch, 181, in_call=True, audible=True)
    assert [kind for kind, _ in watch.story] == ["idle_started"]


def test_nobody_is_asked_about_calls_while_there_is_input_or_a_pause(watch: _Watch) -> None:
    asked: list[bool] = []

    def is_in_call() -> bool:
        asked.append(True)
        return True

    watch.backend.is_in_call = is_in_call  # type: ignore[method-assign]
    for _ in range(100):
        watch.backend.idle = 0
        watch.pass_time(1)
    watch.desk.transitions.lock(watch.desk.now_us, is_locked=True)
    _wait(watch, 400)
    assert asked == []


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
