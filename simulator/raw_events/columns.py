"""Derives raw events from a script, as columns: numbers, instants, kinds, contexts, elements, counts."""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from domain.activity_states import ActivityState
from domain.event_kinds import CODE_BY_KIND, EventKind
from simulator.days.script import IDLE_AFTER_US, SECOND, Mark, Place, Script, Stretch
from simulator.office.applications import ELEMENTS, INPUT_KINDS, INPUT_WEIGHTS, Use

Numbers: TypeAlias = npt.NDArray[np.int64]

#: While somebody is active no gap between two inputs reaches the idle threshold.
_MAX_INPUT_GAP_US = 75 * SECOND
_RATE = np.array([INPUT_WEIGHTS[use][0] for use in Use])
_CUMULATIVE = np.array([np.cumsum(INPUT_WEIGHTS[use][1]) / np.sum(INPUT_WEIGHTS[use][1]) for use in Use])
_INPUT_CODES = np.array([CODE_BY_KIND[kind] for kind in INPUT_KINDS])
_CLICKED, _TYPED, _CHANGED = (
    CODE_BY_KIND[kind] for kind in (EventKind.CLICKED, EventKind.TYPED, EventKind.ELEMENT_CHANGED)
)


class RawEventColumns(msgspec.Struct, frozen=True):
    """Raw events of one person in the order the agent sends them; in `element` and `task` 0 is none."""

    session: Numbers
    occurred_us: Numbers
    kind: Numbers
    place: Numbers
    element: Numbers
    task: Numbers
    key_count: Numbers
    value_length: Numbers

    def __len__(self) -> int:
        return len(self.kind)

    def select(self, which: Numbers | slice) -> "RawEventColumns":
        return RawEventColumns(*(getattr(self, name)[which] for name in self.__struct_fields__))


def raw_events_of(
    script: Script, *, stretches: Sequence[Stretch], marks: Sequence[Mark], count: int, chance: np.random.Generator
) -> RawEventColumns:
    """The events of some stretches of the script: about `count`, never fewer than the script needs.

    Ordered as an agent emits them: idle_started comes late and is dated back, so time can run back by it.
    """
    openings = [stretch for stretch in stretches if stretch.opened_by is not None]
    fixed = np.array(
        [
            (stretch.session, stretch.started_us, CODE_BY_KIND[stretch.opened_by], stretch.place, 0)
            for stretch in openings
            if stretch.opened_by is not None
        ]
        + [(mark.session, mark.at_us, CODE_BY_KIND[mark.kind], mark.place, mark.task) for mark in marks],
        dtype=np.int64,
    ).reshape(-1, 5)
    inputs = _inputs(script.places, stretches, count=count - len(fixed), chance=chance)
    columns = [np.concatenate(pair) for pair in zip(fixed.T, inputs, strict=True)]
    session, occurred_us, kind, place, task = columns
    emitted_us = occurred_us + np.where(kind == CODE_BY_KIND[EventKind.IDLE_STARTED], IDLE_AFTER_US, 0)
    order = np.argsort(emitted_us, kind="stable")
    session, occurred_us, kind, place, task = (column[order] for column in (session, occurred_us, kind, place, task))
    acts_on_element = (kind == _CLICKED) | (kind == _CHANGED)
    return RawEventColumns(
        session=session,
        occurred_us=occurred_us,
        kind=kind,
        place=place,
        element=np.where(acts_on_element, chance.integers(1, len(ELEMENTS) + 1, len(kind)), 0),
        task=task,
        key_count=np.where(kind == _TYPED, chance.integers(1, 40, len(kind)), 0),
        value_length=np.where(kind == _CHANGED, chance.integers(1, 60, len(kind)), 0),
    )


def _inputs(
    places: Sequence[Place], stretches: Sequence[Stretch], *, count: int, chance: np.random.Generator
) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
    """Session, instant, kind, place and task (0) of what hands do, spread over the stretches of attention."""
    active = [number for number, stretch in enumerate(stretches) if stretch.state is ActivityState.ACTIVE]
    facts = np.array(
        [
            (
                stretch.session,
                stretch.started_us,
                stretch.ended_us,
                stretch.place,
                places[stretch.place].application.use,
            )
            for stretch in (stretches[number] for number in active)
        ],
        dtype=np.int64,
    ).reshape(-1, 5)
    session, started_us, ended_us, place, use = facts.T
    ends_in_silence = np.array([_ends_in_silence(stretches, number) for number in active], dtype=bool)
    length = ended_us - started_us
    weight = _RATE[use] * length
    wanted = weight * (max(count, 0) / max(float(weight.sum()), 1.0))
    per_stretch = np.floor(wanted + chance.random(len(wanted))).astype(np.int64)
    per_stretch = np.maximum(per_stretch, np.maximum(length // _MAX_INPUT_GAP_US, ends_in_silence))
    of = np.repeat(np.arange(len(per_stretch)), per_stretch)
    last = np.cumsum(per_stretch)
    within = np.arange(len(of)) - (last - per_stretch)[of]
    fraction = (within + chance.random(len(of))) / per_stretch[of]
    instant = np.minimum(started_us[of] + (fraction * length[of]).astype(np.int64), ended_us[of] - 1)
    final = last[ends_in_silence] - 1
    instant[final] = ended_us[ends_in_silence]
    drawn = (chance.random(len(of))[:, None] > _CUMULATIVE[use[of]]).sum(axis=1)
    kind = _INPUT_CODES[np.minimum(drawn, len(_INPUT_CODES) - 1)]
    return session[of], instant, kind, place[of], np.zeros(len(of), dtype=np.int64)


def _ends_in_silence(stretches: Sequence[Stretch], number: int) -> bool:
    """Before idle time, and before a crash, the last input is the end of the stretch."""
    if number + 1 == len(stretches):
        return False
    following = stretches[number + 1]
    return following.state is ActivityState.IDLE or (following.state is None and following.opened_by is None)
