"""Who runs but does not answer is started again, with patience, and never while it is still beginning."""

from pathlib import Path

from standalone.processes.health_watch import ROUNDS_OF_PATIENCE, HealthWatch
from standalone.processes.supervised import SupervisedProcess
from standalone.processes.supervision import ProcessState, Supervision
from standalone.settings import settings_from_environment

WEB = SupervisedProcess(name="web", title="Web", command=(), port=None, start_seconds=60)


class RecordedSupervision(Supervision):
    """Remembers what it was asked to do."""

    def __init__(self, *, state: str, uptime_seconds: int) -> None:
        self.state, self.uptime_seconds = state, uptime_seconds
        self.actions: list[str] = []

    def states(self) -> dict[str, ProcessState]:
        return {"web": ProcessState("web", self.state, 1, self.uptime_seconds)}

    def start(self, process: SupervisedProcess) -> None:
        self.actions.append(f"start {process.name}")

    def stop(self, process: SupervisedProcess) -> None:
        self.actions.append(f"stop {process.name}")


def _watch(home: Path, supervision: Supervision, answers: list[bool]) -> HealthWatch:
    settings = settings_from_environment({"TASK_MINING_HOME": str(home)})
    return HealthWatch(settings, (WEB,), supervision=supervision, is_well=lambda *_: answers.pop(0))


def test_a_silent_process_is_started_again_after_some_rounds(tmp_path: Path) -> None:
    supervision = RecordedSupervision(state="RUNNING", uptime_seconds=1000)
    watch = _watch(tmp_path, supervision, [False] * (ROUNDS_OF_PATIENCE + 1))
    assert [watch.look_around() for _ in range(ROUNDS_OF_PATIENCE + 1)] == [[], [], ["web"], []]
    assert supervision.actions == ["stop web", "start web"]


def test_an_answer_in_between_starts_the_count_anew(tmp_path: Path) -> None:
    supervision = RecordedSupervision(state="RUNNING", uptime_seconds=1000)
    watch = _watch(tmp_path, supervision, [False, False, True, False, False])
    for _ in range(5):
        assert watch.look_around() == []


def test_who_is_beginning_or_stopped_is_left_alone(tmp_path: Path) -> None:
    for supervision in (
        RecordedSupervision(state="RUNNING", uptime_seconds=30),
        RecordedSupervision(state="STOPPED", uptime_seconds=1000),
    ):
        watch = _watch(tmp_path, supervision, [])
        assert [watch.look_around() for _ in range(5)] == [[]] * 5
    assert supervision.actions == []
