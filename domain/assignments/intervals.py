"""Arithmetic of intervals of time: union, intersection, difference. Results are disjoint and in order."""

from collections.abc import Iterable

from domain.dates.collection_windows import Interval


def union_of(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Touching ones merged; empty ones vanish."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def intersection(some: Iterable[Interval], others: Iterable[Interval]) -> tuple[Interval, ...]:
    """What lies in both."""
    first, second = union_of(some), union_of(others)
    found: list[Interval] = []
    i = j = 0
    while i < len(first) and j < len(second):
        start, end = max(first[i][0], second[j][0]), min(first[i][1], second[j][1])
        if start < end:
            found.append((start, end))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def without(some: Iterable[Interval], taken: Iterable[Interval]) -> tuple[Interval, ...]:
    """What lies in the first and not in the second."""
    found: list[Interval] = []
    holes = union_of(taken)
    for start, end in union_of(some):
        at = start
        for hole_start, hole_end in holes:
            if hole_end <= at or hole_start >= end:
                continue
            if hole_start > at:
                found.append((at, hole_start))
            at = max(at, hole_end)
        if at < end:
            found.append((at, end))
    return tuple(found)
