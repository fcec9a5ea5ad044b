"""Decides when each person works: the first and last instant of every shift, absences left out."""

from collections.abc import Iterator
from datetime import date

import msgspec

from domain.dates.days import day_bounds_us
from simulator.chance import stream
from simulator.days.script import SECOND
from simulator.office.people import Person
from simulator.parameters import Parameters

HOUR = 3600 * SECOND
#: On the last day a late shift ends early enough to be over, absences and all, when the collection window closes.
_LAST_MARGIN_US = 5 * HOUR


class Shift(msgspec.Struct, frozen=True):
    """One working day of one person; `next_starts_us` None: the last one."""

    day: date
    starts_us: int
    ends_us: int
    next_starts_us: int | None


def person_shifts(parameters: Parameters, person: Person) -> Iterator[Shift]:
    """Oldest first. Nobody is absent on the first and on the last day."""
    days = [day for day in parameters.days if _is_present(parameters, person, day)]
    starts = [_starts_us(parameters, person, day) for day in days]
    for day, starts_us, next_starts_us in zip(days, starts, [*starts[1:], None], strict=True):
        ends_us = starts_us + int(person.shift_hours * HOUR)
        if next_starts_us is None:
            ends_us = min(ends_us, day_bounds_us(day, person.time_zone)[1] - _LAST_MARGIN_US)
        yield Shift(day=day, starts_us=starts_us, ends_us=ends_us, next_starts_us=next_starts_us)


def _is_present(parameters: Parameters, person: Person, day: date) -> bool:
    if day in {parameters.first_on, parameters.last_on}:
        return True
    return stream(parameters.seed, "absence", person.login, day).random() >= parameters.rates.absence_share


def _starts_us(parameters: Parameters, person: Person, day: date) -> int:
    lateness = stream(parameters.seed, "start", person.login, day).uniform(-900, 900)
    midnight_us = day_bounds_us(day, person.time_zone)[0]
    return (
        midnight_us
        + int(person.starts_hour * HOUR)
        + int(lateness * SECOND)
        + stream(person.login, day).randrange(1000)
    )
