"""Finds the events of a day that may stay: of people whose day is kept, and still allowed by an assignment of theirs.

A day of somebody may be kept for one assignment and hold what only another, withdrawn one had allowed.
"""

from collections.abc import Collection, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from domain.assignments.permission import Permission
from domain.dates.collection_windows import Interval

#: The column of each dataset of events that tells the instant.
INSTANTS = {"raw_events": "occurred_at", "event_pool": "occurred_us", "task_markers": "occurred_us"}
Mask = npt.NDArray[np.bool_]


def staying(events: pa.Table, instant: str, *, kept: Collection[int], permissions: Mapping[int, Permission]) -> Mask:
    """One answer for each row. `events` has workstation_user_id, session_key and the column `instant`."""
    people, sessions = (events[name].to_numpy() for name in ("workstation_user_id", "session_key"))
    instants_us = events[instant].cast(pa.int64()).to_numpy()
    stays = np.zeros(len(events), np.bool_)
    for person, rows in _rows_of_people(people):
        if person in kept:
            permission = permissions.get(person, Permission())
            allowed = covered(instants_us[rows], permission.always)
            for session_key, spans in permission.recorded.items():
                allowed |= (sessions[rows] == session_key) & covered(instants_us[rows], spans)
            stays[rows] = allowed
    return stays


def _rows_of_people(people: npt.NDArray[np.int32]) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
    """The row numbers of each: thousands of people would otherwise each cost a look at every row."""
    in_order = np.argsort(people, kind="stable")
    found, firsts = np.unique(people[in_order], return_index=True)
    yield from zip(found.tolist(), np.split(in_order, firsts[1:]), strict=False)


def covered(instants_us: npt.NDArray[np.int64], spans: tuple[Interval, ...]) -> Mask:
    """Whether each instant is inside one of the spans, which are disjoint and in order."""
    if not spans:
        return np.zeros(len(instants_us), np.bool_)
    starts, ends = (np.array(each, np.int64) for each in zip(*spans, strict=True))
    index = np.searchsorted(starts, instants_us, side="right") - 1
    found: Mask = (index >= 0) & (instants_us < ends[index])
    return found
