"""Decides which events of a batch may be stored: those inside an open collection window of a consenting person.

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

    def cover_all(self, first_us: int, last_us: int) -> bool:
        """Whether one interval holds both instants, and so everything between them."""
        return bool(np.any((self._starts <= first_us) & (last_us < self._ends)))

    def cover(self, instants_us: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        if not len(self._starts):
            return np.zeros(len(instants_us), np.bool_)
        index = np.searchsorted(self._starts, instants_us, side="right") - 1
        return (index >= 0) & (instants_us < self._ends[index])


def admit(
    events: EventColumns, *, consenting: Windows, approved: Windows, now_us: int
) -> tuple[EventColumns, tuple[Refusal, ...]]:
    """The events that may be stored, and the others by reason; an event is refused for one reason only.

    `approved` are all open windows, `consenting` those whose person said yes. The clock is asked first.
    """
    instants = events.occurred_at_us
    horizon_us = now_us + CLOCK_TOLERANCE_US
    first_us, last_us = int(instants.min()), int(instants.max())
    if last_us <= horizon_us and consenting.cover_all(first_us, last_us):
        return events, ()
    is_ahead = instants > horizon_us
    is_admitted = ~is_ahead & consenting.cover(instants)
    is_silent = ~is_ahead & ~is_admitted & approved.cover(instants)
    is_outside = ~(is_ahead | is_admitted | is_silent)
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
            (LossReason.NOT_CONSENTED, is_silent),
            (LossReason.OUTSIDE_COLLECTION_WINDOW, is_outside),
        )
        if mask.any()
    )
    return events.where(is_admitted), refusals
