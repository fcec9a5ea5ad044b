"""Says which assignments wait for an answer, how each stands, and puts the question into words. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from agent.consent.book import ConsentAnswer
from domain.assignments.terms import Cadence
from domain.event_batches import from_microseconds
from domain.policies import Assignment, ConsentState

NOTHING_BEFORE = "Nothing is recorded for this before you accept. You can decline later at any time, without a reason."
_NOT_TOLD = "not said by the service; ask your manager"


def consent_here(assignment: Assignment, answers: Mapping[int, ConsentAnswer]) -> ConsentState:
    """The person's answer as this computer obeys it: what was answered here comes before what the server knows."""
    here = answers.get(assignment.approval_id)
    if here is not None and not here.is_accepted:
        return ConsentState.DECLINED
    if here is not None and not here.is_told:
        return ConsentState.ACCEPTED
    return assignment.consent


def is_untold(assignment: Assignment, answers: Mapping[int, ConsentAnswer]) -> bool:
    """Whether the server has not heard the answer yet."""
    here = answers.get(assignment.approval_id)
    return here is not None and not here.is_told


def open_questions(
    assignments: Iterable[Assignment], answers: Mapping[int, ConsentAnswer], *, now_us: int
) -> tuple[Assignment, ...]:
    """What waits for an answer and can still begin; `now_us` in the server's time."""
    return tuple(
        each
        for each in assignments
        if consent_here(each, answers) is ConsentState.PENDING
        and (each.window.ends_at_us is None or now_us < each.window.ends_at_us)
    )


def day(microseconds: int) -> str:
    return _local(microseconds).strftime("%d %B %Y").lstrip("0")


def _local(microseconds: int) -> datetime:
    return from_microseconds(microseconds).astimezone()


def period_of(assignment: Assignment) -> str:
    window = assignment.window
    if window.ends_at_us is None:
        return f"from {day(window.starts_at_us)}, without an end yet"
    return f"from {day(window.starts_at_us)} to {day(window.ends_at_us - 1)}"


def recorded_when(assignment: Assignment) -> str:
    """All the time, or in tasks alone."""
    if assignment.cadence is Cadence.CONTINUOUS:
        return "all the time you work at this computer, outside private mode"
    tasks = ", ".join(f"“{task}”" for task in assignment.tasks) or "a task (none is named yet)"
    return f"only while you record {tasks}, from your start to your stop"


def analyses_of(assignment: Assignment) -> str:
    return ", ".join(goal.replace("_", " ") for goal in assignment.goals) or _NOT_TOLD


def facts_of(assignment: Assignment) -> tuple[tuple[str, str], ...]:
    """(what, how) of one question, in the order in which they are read."""
    return (
        ("Purpose", assignment.purpose),
        ("Period", period_of(assignment)),
        ("Recorded", recorded_when(assignment)),
        ("Analyses", analyses_of(assignment)),
        ("Asked by", assignment.asked_by or _NOT_TOLD),
        ("Seen by", assignment.seen_by or _NOT_TOLD),
    )


def title_of(assignment: Assignment) -> str:
    return f"May your work be recorded for “{assignment.name}”?"
