"""Decides which events of a batch may be stored: those that an assignment of a consenting person allows.

The gate refuses events, each for one reason; it never changes one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.dates.collection_windows import Interval
from domain.losses import LossReason
from governance_api.ingestion.wire_forms.event_columns import EventColumns

CLOCK_TOLERANCE_US = 5 * 60 * 1_000_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """Events refused for one reason, the instants of the first and the last of them, and which they are."""

    reason: LossReason
    event_count: int
    first_at_us: int
    last_at_us: int
    sequences: tuple[int, ...] = ()


class Windows:
    """A union of intervals that a column of instants can be asked about at once; of none: nothing is inside."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, intervals: tuple[Interval, ...] = ()) -> None:
        self._starts = np.array([start for start, _ in intervals], np.int64)
        self._ends = np.array([end for _, end in intervals], np.int64)

    def __bool__(self) -> bool:
        return bool(len(self._starts))

    def cover_all(self, first_us: int, last_us: int) -> bool:
        """Whether one interval holds both instants, and so everything between them."""
        return bool(np.any((self._starts <= first_us) & (last_us < self._ends)))

    def cover(self, instants_us: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        if not len(self._starts):
            return np.zeros(len(instants_us), np.bool_)
        index = np.searchsorted(self._starts, instants_us, side="right") - 1
        return (index >= 0) & (instants_us < self._ends[index])


NOTHING = Windows()


def admit(
    events: EventColumns,
    *,
    always: Windows,
    recorded: Windows = NOTHING,
    targeted: Windows = NOTHING,
    approved: Windows,
    now_us: int,
) -> tuple[EventColumns, tuple[Refusal, ...]]:
    """The events that may be stored, and the others by reason; an event is refused for one reason only.

    `always`: what continuous assignments allow; `recorded`: what recordings of tasks in this session allow besides;
    `targeted`: when only such recordings would; `approved`: all of these, also where the person has not consented.
    The clock is asked first.
    """
    instants = events.occurred_at_us
    horizon_us = now_us + CLOCK_TOLERANCE_US
    first_us, last_us = int(instants.min()), int(instants.max())
    if last_us <= horizon_us and (always.cover_all(first_us, last_us) or recorded.cover_all(first_us, last_us)):
        return events, ()
    is_ahead = instants > horizon_us
    is_admitted = ~is_ahead & (always.cover(instants) | recorded.cover(instants))
    is_between_tasks = ~is_ahead & ~is_admitted & targeted.cover(instants)
    is_silent = ~(is_ahead | is_admitted | is_between_tasks) & approved.cover(instants)
    is_outside = ~(is_ahead | is_admitted | is_between_tasks | is_silent)
    refusals = tuple(
        Refusal(
            reason,
            int(mask.sum()),
            int(instants[mask].min()),
            int(instants[mask].max()),
            tuple(events.sequence[mask].tolist()),
        )
        for reason, mask in (
            (LossReason.CLOCK_AHEAD, is_ahead),
            (LossReason.OUTSIDE_TASK, is_between_tasks),
            (LossReason.NOT_CONSENTED, is_silent),
            (LossReason.OUTSIDE_COLLECTION_WINDOW, is_outside),
        )
        if mask.any()
    )
    return events.where(is_admitted), refusals
