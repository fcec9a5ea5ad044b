"""The size, the dates and the rates of a simulated workforce. Add a rate here when a habit is to be adjustable."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import msgspec

from domain.errors import DomainError

SATURDAY = 5


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often things happen. `*_share` is a probability between 0 and 1."""

    visit_seconds: float = 55.0
    """Mean length of one stretch of attention."""
    events_per_person_day: int = 8_300
    parallel_share: float = 0.2
    """Of the work items, those laid aside while another is begun."""
    office_share: float = 0.4
    """Of the moments between two work items, those with mails and documents that belong to no task."""
    interruption_share: float = 0.08
    """Of the visits, those followed by a chat or a mail."""
    idle_share: float = 0.02
    """Of the visits, those after which nobody touches anything for more than three minutes."""
    short_lock_share: float = 0.008
    password_manager_share: float = 0.03
    unknown_application_share: float = 0.06
    private_share: float = 0.15
    """Of the days, those with a stretch of private mode."""
    long_lock_share: float = 0.06
    """Of the days, those with a lock beyond the off threshold."""
    sleep_share: float = 0.1
    crash_share: float = 0.03
    absence_share: float = 0.03
    reopened_share: float = 0.05
    never_resolved_share: float = 0.04
    resent_batch_share: float = 0.01
    repeating_batch_share: float = 0.02
    late_batch_share: float = 0.01
    outside_window_count: int = 4
    """Events per person from before the first day; the gate refuses them."""
    clock_ahead_share: float = 0.25
    """Of the people, those whose clock runs ahead once."""


class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a workforce depends on: equal parameters, equal events, byte for byte."""

    last_on: date
    seed: int = 7
    people_per_team: int = 8
    working_days: int = 10
    events_per_batch: int = 1_000
    time_zones: tuple[str, ...] = ("Europe/Berlin", "Europe/London", "Asia/Kolkata")
    rates: Rates = Rates()

    def __post_init__(self) -> None:
        if self.last_on.weekday() >= SATURDAY:
            raise DomainError(f"The last day {self.last_on} is on a weekend: name a day from Monday to Friday.")
        for name, number in (("people_per_team", self.people_per_team), ("working_days", self.working_days)):
            if number < 1:
                raise DomainError(f"{name} is {number}: a workforce needs at least 1.")
        if self.events_per_batch < 10:
            raise DomainError(f"events_per_batch is {self.events_per_batch}: choose 10 or more.")

    @property
    def days(self) -> list[date]:
        """The working days, Monday to Friday, oldest first."""
        days = [self.last_on]
        while len(days) < self.working_days:
            days.append(_step_back(days[-1]))
        return days[::-1]

    @property
    def first_on(self) -> date:
        return self.days[0]


def _step_back(day: date) -> date:
    day -= timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day -= timedelta(days=1)
    return day


def last_working_day(clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> date:
    """The last working day that is over in UTC; every simulated shift of that day is over, too."""
    return _step_back(clock().date())
