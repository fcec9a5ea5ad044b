"""Where one local day begins and ends for each of many people, and an instant's place in it as one sortable number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from domain.dates.days import day_bounds_us

Integers = npt.NDArray[np.int64]

TIME_BITS = 38
"""Microseconds of three days: a local day lasts up to 50 hours where the time zone changes, and not everybody's begins
at the same instant."""


OTHER_PEOPLE, OTHER_DAY = -1, -2
"""In place of a key: events of others, or at a time that is not of the day."""


class UnknownPersonError(RuntimeError):
    """Landed events of somebody who is no registered workstation user."""


@dataclass(frozen=True)
class PersonDays:
    """Where the day begins and ends for each of some people, ids ascending; microseconds, the end excluded."""

    people: Integers
    starts_us: Integers
    ends_us: Integers
    registered: Integers
    """Everybody, ids ascending."""

    @classmethod
    def of(cls, time_zones: Mapping[int, str], day: date) -> "PersonDays":
        bounds = [(person, *day_bounds_us(day, time_zone)) for person, time_zone in sorted(time_zones.items())]
        people, starts, ends = np.array(bounds, np.int64).reshape(-1, 3).T
        return cls(people, starts, ends, people)

    def keys(self, people: Integers, times: Integers) -> Integers:
        """(place of the person, time since the first begin) in one number that sorts alike, or why there is none.

        Raises UnknownPersonError.
        """
        slots = np.full(max(int(self.registered[-1]), int(people.max(initial=0))) + 1, -2, np.int64)
        slots[self.registered] = -1
        slots[self.people] = np.arange(len(self.people))
        slot = slots[people]
        if slot.min(initial=0) == -2:
            raise UnknownPersonError(
                f"Landed events name workstation user {people[np.argmin(slot)]}, who is not registered: "
                "restore the governance database that knows this person, or remove the landing files."
            )
        inside = (slot >= 0) & (times >= self.starts_us[slot]) & (times < self.ends_us[slot])
        elsewhere = np.where(slot >= 0, OTHER_DAY, OTHER_PEOPLE)
        return np.where(inside, (slot << TIME_BITS) | (times - self.starts_us.min()), elsewhere)

    def in_groups(self, count: int) -> Iterator["PersonDays"]:
        """At most `count` people at a time, in order."""
        for first in range(0, len(self.people), count):
            chosen = slice(first, first + count)
            yield PersonDays(self.people[chosen], self.starts_us[chosen], self.ends_us[chosen], self.registered)

    def people_of(self, keys: Integers) -> Integers:
        people: Integers = self.people[keys >> TIME_BITS]
        return people

    def times_of(self, keys: Integers) -> Integers:
        times: Integers = (keys & ((1 << TIME_BITS) - 1)) + self.starts_us.min()
        return times
