"""Recordings of tasks: what lies between a person's own start and stop of a task, in one agent session."""

from collections.abc import Collection, Iterable
from itertools import groupby

import msgspec

from domain.assignments.intervals import union_of
from domain.conditions.texts import fold
from domain.dates.collection_windows import Interval

LONGEST_RECORDING_US = 86_400_000_000
"""A recording that nobody stops ends a day after its start at the latest."""


class TaskMark(msgspec.Struct, frozen=True, kw_only=True):
    """A task_started or task_stopped event. `sequence` orders what happened at one instant."""

    session_key: int
    occurred_us: int
    sequence: int
    is_start: bool
    task_name: str


def recordings(
    marks: Iterable[TaskMark], *, tasks: Collection[str], stretches: Collection[Interval]
) -> dict[int, tuple[Interval, ...]]:
    """By session, disjoint intervals with both marks in them. `tasks` are folded names.

    A recording begins inside one of the stretches and ends with its stop, with that stretch, or when it is too long.
    """
    if not tasks or not stretches:
        return {}
    found: dict[int, tuple[Interval, ...]] = {}
    ordered = sorted(marks, key=lambda each: (each.session_key, each.occurred_us, each.sequence))
    for session_key, of_session in groupby(ordered, key=lambda each: each.session_key):
        spans = union_of(_spans(of_session, tasks, stretches))
        if spans:
            found[session_key] = spans
    return found


def _spans(marks: Iterable[TaskMark], tasks: Collection[str], stretches: Collection[Interval]) -> Iterable[Interval]:
    """`started`: by task, from when to when at the latest it is recorded."""
    started: dict[str, Interval] = {}
    for mark in marks:
        name, at_us = fold(mark.task_name), mark.occurred_us
        if name in started and at_us >= started[name][1]:
            yield started.pop(name)
        if name in started and not mark.is_start:
            yield started.pop(name)[0], at_us + 1
        elif name not in started and mark.is_start and name in tasks:
            end = next((end for start, end in stretches if start <= at_us < end), None)
            if end is not None:
                started[name] = (at_us, min(end, at_us + LONGEST_RECORDING_US))
    yield from started.values()
