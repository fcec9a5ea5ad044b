"""Finds the events of a day that may stay: of people whose day is kept, and still allowed by an assignment of theirs.

A day of somebody may be kept for one assignment and hold what only another, withdrawn one had allowed.
"""

from collections.abc import Collection, Mapping

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
    for person in np.intersect1d(people, np.array(sorted(kept), people.dtype)).tolist():
        permission = permissions.get(person, Permission())
        allowed = _covered(instants_us, permission.always)
        for session_key, spans in permission.recorded.items():
            allowed |= (sessions == session_key) & _covered(instants_us, spans)
        stays |= (people == person) & allowed
    return stays


def _covered(instants_us: npt.NDArray[np.int64], spans: tuple[Interval, ...]) -> Mask:
    """`spans` are disjoint and in order."""
    if not spans:
        return np.zeros(len(instants_us), np.bool_)
    starts, ends = (np.array(each, np.int64) for each in zip(*spans, strict=True))
    index = np.searchsorted(starts, instants_us, side="right") - 1
    found: Mask = (index >= 0) & (instants_us < ends[index])
    return found
