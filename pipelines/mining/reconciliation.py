"""Reconciliation: activities of a person and day are disjoint and add up to the observed span, computed another way.

The other way walks event by event with numpy instead of runs and windows in SQL. What to do when the two differ belongs
to the caller: the run fails.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from domain.activity_states import ENDS_OBSERVATION, STATE_AFTER, ActivityState
from domain.contexts import EXCLUDED_CONTEXT_KEY
from domain.event_kinds import CODE_BY_KIND, EventKind

Integers = npt.NDArray[np.int64]

_UNOBSERVED, _ACTIVE, _OTHER = 0, 1, 2
_NEUTRAL = -1
_CODE_OF_STATE = {"unobserved": _UNOBSERVED, "active": _ACTIVE}


def _states_by_kind() -> Integers:
    codes = np.full(len(EventKind), _NEUTRAL, np.int64)
    for kind, state in STATE_AFTER.items():
        codes[CODE_BY_KIND[kind]] = _ACTIVE if state is ActivityState.ACTIVE else _OTHER
    for kind in ENDS_OBSERVATION:
        codes[CODE_BY_KIND[kind]] = _UNOBSERVED
    return codes


_STATE_BY_KIND = _states_by_kind()
_SESSION_STARTED = CODE_BY_KIND[EventKind.SESSION_STARTED]


@dataclass(frozen=True, kw_only=True)
class Discrepancy:
    """One person's day that does not add up. Both sums in microseconds."""

    workstation_user_id: int
    day: date
    activities_us: int
    observed_us: int
    is_disjoint: bool

    def __str__(self) -> str:
        how = "" if self.is_disjoint else ", and activities overlap"
        return (
            f"workstation user {self.workstation_user_id} on {self.day}: "
            f"activities are {self.activities_us / 1e6:.6f} s, observed were {self.observed_us / 1e6:.6f} s{how}"
        )


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What lies before and after the events of one build. By person, except `latest_event_us`."""

    carried: Mapping[int, tuple[str, int, int]]
    """(state, context key, microsecond of the last event) at the end of the day before."""
    following: Mapping[int, tuple[int, bool]]
    """(microsecond, is it a session start) of the first event after the last day."""
    last_day_ends_us: Mapping[int, int]
    latest_event_us: int


def reconcile(events: pa.Table, activities: pa.Table, spans: pa.Table, surroundings: Surroundings) -> list[Discrepancy]:
    """Empty when everything adds up.

    `events`: workstation_user_id, occurred_us, kind, context_key in order of person and time; `activities`:
    workstation_user_id, day, started_us, ended_us; `spans`: the collectable spans of the days.
    """
    observed: dict[tuple[int, date], int] = {}
    clocks = dict(_clocks(events, surroundings))
    for row in spans.to_pylist():
        key = (row["workstation_user_id"], row["day"])
        clock = clocks.get(row["workstation_user_id"])
        if clock is not None:
            observed[key] = observed.get(key, 0) + clock.between(row["starts_us"], row["ends_us"])
    summed = _sums(activities)
    found = []
    for key in sorted(observed.keys() | summed.keys()):
        total, is_disjoint = summed.get(key, (0, True))
        if total != observed.get(key, 0) or not is_disjoint:
            found.append(
                Discrepancy(
                    workstation_user_id=key[0],
                    day=key[1],
                    activities_us=total,
                    observed_us=observed.get(key, 0),
                    is_disjoint=is_disjoint,
                )
            )
    return found


@dataclass(frozen=True)
class _Clock:
    """A clock that runs only while a person is observed: `elapsed[i]` is what it shows at `starts[i]`."""

    starts: Integers
    ends: Integers
    elapsed: Integers

    def at(self, instant_us: int) -> int:
        index = int(np.searchsorted(self.starts, instant_us, side="right")) - 1
        if index < 0:
            return 0
        return int(self.elapsed[index] + max(0, min(instant_us, int(self.ends[index])) - self.starts[index]))

    def between(self, start_us: int, end_us: int) -> int:
        return self.at(end_us) - self.at(start_us)


def _clocks(events: pa.Table, surroundings: Surroundings) -> Iterator[tuple[int, _Clock]]:
    people = events["workstation_user_id"].to_numpy().astype(np.int64)
    columns = [events[name].to_numpy().astype(np.int64) for name in ("occurred_us", "kind", "context_key")]
    order = np.argsort(people, kind="stable")
    columns = [column[order] for column in columns]
    ids, starts, counts = np.unique(people[order], return_index=True, return_counts=True)
    bounds = dict(zip(ids.tolist(), zip(starts, starts + counts, strict=True), strict=True))
    for person in sorted(bounds.keys() | surroundings.carried.keys()):
        start, end = bounds.get(person, (0, 0))
        yield person, _clock(person, *(column[start:end] for column in columns), surroundings)


def _clock(person: int, times: Integers, kinds: Integers, contexts: Integers, surroundings: Surroundings) -> _Clock:
    states = _STATE_BY_KIND[kinds]
    is_start = kinds == _SESSION_STARTED
    initial = _ACTIVE
    if person in surroundings.carried:
        state, context, last_us = surroundings.carried[person]
        initial = _CODE_OF_STATE.get(state, _OTHER)
        times, contexts = np.insert(times, 0, last_us), np.insert(contexts, 0, context)
        states, is_start = np.insert(states, 0, initial), np.insert(is_start, 0, False)
    states = _filled(states, initial)
    following = surroundings.following.get(person)
    ends = np.append(times[1:], times[-1] if following is None else following[0])
    next_is_start = np.append(is_start[1:], following is not None and following[1])
    ends = np.where(next_is_start & (states != _UNOBSERVED), times, ends)
    if following is None and states[-1] == _OTHER:
        ends[-1] = max(times[-1], min(surroundings.latest_event_us, surroundings.last_day_ends_us[person]))
    is_observed = (states != _UNOBSERVED) & ~((states == _ACTIVE) & (contexts == EXCLUDED_CONTEXT_KEY))
    ends = np.where(is_observed, ends, times)
    lengths = ends - times
    return _Clock(times, ends, np.cumsum(lengths) - lengths)


def _filled(states: Integers, initial: int) -> Integers:
    """Each neutral event takes the state before it."""
    positions = np.where(states == _NEUTRAL, -1, np.arange(len(states)))
    last = np.maximum.accumulate(positions)
    return np.where(last < 0, initial, states[np.maximum(last, 0)])


def _sums(activities: pa.Table) -> dict[tuple[int, date], tuple[int, bool]]:
    """Σ duration and disjointness by person and day."""
    rows = activities.select(["workstation_user_id", "day", "started_us", "ended_us"]).sort_by(
        [("workstation_user_id", "ascending"), ("day", "ascending"), ("started_us", "ascending")]
    )
    people, starts, ends = (rows[name].to_numpy() for name in ("workstation_user_id", "started_us", "ended_us"))
    days = rows["day"].cast(pa.int32()).to_numpy()
    begins = np.flatnonzero((np.diff(people, prepend=-1) != 0) | (np.diff(days, prepend=-1) != 0))
    sums: dict[tuple[int, date], tuple[int, bool]] = {}
    for begin, end in pairwise([*begins.tolist(), len(people)]):
        of_day = slice(begin, end)
        follows = np.all(starts[begin + 1 : end] >= ends[begin : end - 1])
        is_disjoint = bool(follows and np.all(ends[of_day] > starts[of_day]))
        key = (int(people[begin]), date.fromordinal(date(1970, 1, 1).toordinal() + int(days[begin])))
        sums[key] = (int(np.sum(ends[of_day] - starts[of_day])), is_disjoint)
    return sums
