"""Picks the events of a day after which a person's state may differ: a twentieth, and all that reconciliation needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from domain.activity_states import ActivityState
from domain.contexts import EXCLUDED_CONTEXT_KEY
from domain.event_kinds import CODE_BY_KIND, ENDS_OBSERVATION, KIND_BY_CODE, STATE_AFTER, EventKind
from pipelines.mining.raw_events.person_days import Integers

UNOBSERVED, ACTIVE, OTHER = 0, 1, 2
"""States as far as reconciliation tells them apart."""
NEUTRAL = -1
"""Of an event that keeps the state before it."""
CODE_OF_STATE = {"unobserved": UNOBSERVED, "active": ACTIVE}


def _states_by_kind() -> npt.NDArray[np.int8]:
    codes = np.full(len(KIND_BY_CODE), NEUTRAL, np.int8)
    for kind, state in STATE_AFTER.items():
        codes[CODE_BY_KIND[kind]] = ACTIVE if state is ActivityState.ACTIVE else OTHER
    for kind in ENDS_OBSERVATION:
        codes[CODE_BY_KIND[kind]] = UNOBSERVED
    return codes


_STATE_BY_KIND = _states_by_kind()
_SESSION_STARTED = CODE_BY_KIND[EventKind.SESSION_STARTED]
_NONE = tuple(np.empty(0, kind) for kind in (np.int32, np.int64, np.int8, np.bool_, np.bool_))


@dataclass(frozen=True)
class StateChanges:
    """The events of one day after which something may be different, and where each person's lie among them."""

    times: Integers
    states: npt.NDArray[np.int8]
    is_start: npt.NDArray[np.bool_]
    is_elsewhere: npt.NDArray[np.bool_]
    slices: Mapping[int, slice]

    @classmethod
    def of(cls, batches: Iterable[pa.RecordBatch]) -> "StateChanges":
        """Leaves out those that repeat the state of the event before, or say nothing of it: time goes on as before.

        A day's first and last event of a person stay, and what surrounds the start of a session.
        """
        columns = [_NONE, *(_kept(batch) for batch in batches)]
        people, times, states, is_start, is_elsewhere = (
            np.concatenate(column) for column in zip(*columns, strict=True)
        )
        begins = np.flatnonzero(_differs_from_before(people)).tolist()
        return cls(
            times=times,
            states=states,
            is_start=is_start,
            is_elsewhere=is_elsewhere,
            slices={int(people[first]): slice(first, end) for first, end in pairwise([*begins, len(people)])},
        )


def _kept(batch: pa.RecordBatch) -> tuple[npt.NDArray[Any], ...]:
    """Columns of a batch's state changes: person, time, state, start, elsewhere. First and last event are in it."""
    people, kinds = batch["workstation_user_id"].to_numpy(), batch["kind"].to_numpy()
    states = _STATE_BY_KIND[kinds]
    is_elsewhere = batch["context_key"].to_numpy() == EXCLUDED_CONTEXT_KEY
    is_start = kinds == _SESSION_STARTED
    begins = _differs_from_before(people)
    is_kept = begins | is_start
    is_kept[1:] |= ((states[1:] != NEUTRAL) & (states[1:] != states[:-1])) | (is_elsewhere[1:] != is_elsewhere[:-1])
    is_kept[:-1] |= begins[1:] | is_start[1:]
    is_kept[-1:] = True
    return (
        people[is_kept],
        batch["occurred_us"].to_numpy()[is_kept],
        states[is_kept],
        is_start[is_kept],
        is_elsewhere[is_kept],
    )


def _differs_from_before(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Of the first it is true."""
    differs = np.ones(len(values), np.bool_)
    differs[1:] = values[1:] != values[:-1]
    return differs
