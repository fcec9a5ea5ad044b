"""Checks that the activities of a person and day are disjoint and add up to the observed span, computed another way.

The other way walks event by event with numpy instead of runs and windows in SQL. A run fails when the two differ.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from domain.contexts import EXCLUDED_CONTEXT_KEY
from pipelines.mining.days.state_changes import ACTIVE, CODE_OF_STATE, NEUTRAL, OTHER, UNOBSERVED, StateChanges
from pipelines.mining.raw_events.person_days import Integers


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
    """Of anybody in other builds."""


def reconcile(
    days: Iterable[Iterable[pa.RecordBatch]], activities: pa.Table, spans: pa.Table, surroundings: Surroundings
) -> list[Discrepancy]:
    """Empty when everything adds up.

    `days`: for each day in order its events (workstation_user_id, occurred_us, kind, context_key) by person and time,
    in batches; `activities`: workstation_user_id, day, started_us, ended_us; `spans`: the collectable spans.
    """
    observed: dict[tuple[int, date], int] = {}
    clocks = dict(_clocks([StateChanges.of(events) for events in days], surroundings))
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


def _clocks(days: Sequence[StateChanges], surroundings: Surroundings) -> Iterator[tuple[int, _Clock]]:
    latest_us = max((int(day.times.max(initial=0)) for day in days), default=0)
    people = {person for day in days for person in day.slices} | surroundings.carried.keys()
    for person in sorted(people):
        of_person = [(day, day.slices[person]) for day in days if person in day.slices]
        yield person, _clock(person, of_person, surroundings, max(latest_us, surroundings.latest_event_us))


def _clock(
    person: int, days: Sequence[tuple[StateChanges, slice]], surroundings: Surroundings, latest_us: int
) -> _Clock:
    times = [day.times[where] for day, where in days]
    states = [day.states[where] for day, where in days]
    is_start = [day.is_start[where] for day, where in days]
    is_elsewhere = [day.is_elsewhere[where] for day, where in days]
    initial = ACTIVE
    if person in surroundings.carried:
        state, context, last_us = surroundings.carried[person]
        initial = CODE_OF_STATE.get(state, OTHER)
        times.insert(0, np.array([last_us], np.int64))
        states.insert(0, np.array([initial], np.int8))
        is_start.insert(0, np.array([False]))
        is_elsewhere.insert(0, np.array([context == EXCLUDED_CONTEXT_KEY]))
    return _run(
        np.concatenate(times),
        _filled(np.concatenate(states), initial),
        np.concatenate(is_start),
        np.concatenate(is_elsewhere),
        following=surroundings.following.get(person),
        latest_us=min(latest_us, surroundings.last_day_ends_us[person]),
    )


def _run(
    times: Integers,
    states: npt.NDArray[np.int8],
    is_start: npt.NDArray[np.bool_],
    is_elsewhere: npt.NDArray[np.bool_],
    *,
    following: tuple[int, bool] | None,
    latest_us: int,
) -> _Clock:
    """From each event to the next, unless the next is a session start that nobody saw coming."""
    ends = np.append(times[1:], times[-1] if following is None else following[0])
    next_is_start = np.append(is_start[1:], following is not None and following[1])
    ends = np.where(next_is_start, times, ends)
    if following is None and states[-1] == OTHER:
        ends[-1] = max(int(times[-1]), latest_us)
    is_observed = (states != UNOBSERVED) & ~((states == ACTIVE) & is_elsewhere)
    ends = np.where(is_observed, ends, times)
    lengths = ends - times
    return _Clock(times, ends, np.cumsum(lengths) - lengths)


def _filled(states: npt.NDArray[np.int8], initial: int) -> npt.NDArray[np.int8]:
    """Each neutral event takes the state before it."""
    positions = np.where(states == NEUTRAL, -1, np.arange(len(states)))
    last = np.maximum.accumulate(positions)
    filled: npt.NDArray[np.int8] = np.where(last < 0, np.int8(initial), states[np.maximum(last, 0)])
    return filled


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
