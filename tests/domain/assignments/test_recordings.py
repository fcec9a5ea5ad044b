"""Recordings: between a start and a stop of one of the tasks, in one session."""

from domain.assignments.recordings import LONGEST_RECORDING_US, TaskMark, recordings

ALWAYS = ((0, 2**62),)
TASKS = frozenset({"refund"})


def start(at_us: int, *, session: int = 1, task: str = "Refund") -> TaskMark:
    return TaskMark(session_key=session, occurred_us=at_us, sequence=at_us, is_start=True, task_name=task)


def stop(at_us: int, *, session: int = 1, task: str = "refund") -> TaskMark:
    return TaskMark(session_key=session, occurred_us=at_us, sequence=at_us, is_start=False, task_name=task)


def test_without_marks_tasks_or_stretches_nothing_is_recorded() -> None:
    assert recordings([], tasks=TASKS, stretches=ALWAYS) == {}
    assert recordings([start(5), stop(9)], tasks=frozenset(), stretches=ALWAYS) == {}
    assert recordings([start(5), stop(9)], tasks=TASKS, stretches=()) == {}


def test_start_and_stop_are_part_of_the_recording() -> None:
    assert recordings([stop(9), start(5)], tasks=TASKS, stretches=ALWAYS) == {1: ((5, 10),)}


def test_only_the_stop_of_the_same_task_in_the_same_session_ends_it() -> None:
    marks = [start(5), stop(7, task="complaint"), stop(8, session=2), start(8), stop(9), stop(20)]
    assert recordings(marks, tasks=TASKS, stretches=ALWAYS) == {1: ((5, 10),)}


def test_a_task_of_nobody_is_not_recorded() -> None:
    assert recordings([start(5, task="lunch"), stop(9, task="lunch")], tasks=TASKS, stretches=ALWAYS) == {}


def test_it_ends_with_the_stretch_it_began_in_and_does_not_go_on_in_the_next() -> None:
    assert recordings([start(5), stop(40)], tasks=TASKS, stretches=((0, 10), (20, 30))) == {1: ((5, 10),)}
    assert recordings([start(15), stop(25)], tasks=TASKS, stretches=((0, 10), (20, 30))) == {}


def test_one_that_nobody_stops_ends_after_a_day() -> None:
    late = LONGEST_RECORDING_US + 50
    marks = [start(5), start(late), stop(late + 1)]
    spans = ((5, 5 + LONGEST_RECORDING_US), (late, late + 2))
    assert recordings(marks, tasks=TASKS, stretches=ALWAYS) == {1: spans}
