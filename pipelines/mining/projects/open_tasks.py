"""Cuts each person's time wherever a task instance starts or ends: which instances are open in each piece."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

import pyarrow as pa

from domain.dates.collection_windows import Interval, clip
from pipelines.mining.projects.task_instances import TaskInstance

TASK_SPANS = pa.schema(
    [
        ("workstation_user_id", pa.int32()),
        ("starts_us", pa.int64()),
        ("ends_us", pa.int64()),
        ("in_task", pa.bool_()),
        ("observed_until_us", pa.int64()),
    ]
)
OPEN_TASKS = pa.schema(
    [
        ("workstation_user_id", pa.int32()),
        ("starts_us", pa.int64()),
        ("ends_us", pa.int64()),
        ("task_instance_id", pa.string()),
    ]
)


def open_tasks(instances: Sequence[TaskInstance]) -> pa.Table:
    """One row per elementary span of a person and instance open in it; within a span nothing starts or ends."""
    rows = [
        {"workstation_user_id": person, "starts_us": start, "ends_us": end, "task_instance_id": instance_id}
        for person, of_person in _by_person(instances)
        for start, end, ids in _elementary(of_person)
        for instance_id in ids
    ]
    return pa.Table.from_pylist(rows, schema=OPEN_TASKS)


def task_spans(observed: Mapping[int, Sequence[Interval]], instances: Sequence[TaskInstance]) -> pa.Table:
    """All that the project may be mined from of every person, in and out of task alternately.

    `observed`: disjoint intervals in order, by person; `observed_until_us` is the end of the one that the span lies in.
    """
    windows = {person: _union(of_person) for person, of_person in _by_person(instances)}
    rows = []
    for person in sorted(observed):
        for begin, until in observed[person]:
            at = begin
            for start, end in clip(tuple(windows.get(person, ())), begin, until):
                rows.append((person, at, start, False, until))
                rows.append((person, start, end, True, until))
                at = end
            rows.append((person, at, until, False, until))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(TASK_SPANS)
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, TASK_SPANS, strict=True)], schema=TASK_SPANS
    )


def _by_person(instances: Sequence[TaskInstance]) -> Iterator[tuple[int, list[TaskInstance]]]:
    def person(instance: TaskInstance) -> int:
        return instance.person.workstation_user_id

    for key, group in groupby(sorted(instances, key=person), key=person):
        yield key, [each for each in group if each.ended_us > each.started_us]


def _union(instances: Sequence[TaskInstance]) -> list[tuple[int, int]]:
    union: list[tuple[int, int]] = []
    for start, end in sorted((each.started_us, each.ended_us) for each in instances):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(end, union[-1][1]))
        else:
            union.append((start, end))
    return union


def _elementary(instances: Sequence[TaskInstance]) -> Iterator[tuple[int, int, list[str]]]:
    starts = sorted(instances, key=lambda each: each.started_us)
    bounds = sorted({each.started_us for each in instances} | {each.ended_us for each in instances})
    active: list[TaskInstance] = []
    position = 0
    for start, end in pairwise(bounds):
        active = [each for each in active if each.ended_us > start]
        while position < len(starts) and starts[position].started_us == start:
            active.append(starts[position])
            position += 1
        if active:
            yield start, end, sorted(each.task_instance_id for each in active)
