"""The facts of governance that the daily steps take: time zones, assignments, event filters, landed files.

`pipelines.resources.governance` reads them from PostgreSQL; tests and benchmarks write them down by hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from domain.activity_states import OFF_THRESHOLD_US
from domain.assignments.assignment import Assignment
from domain.assignments.intervals import union_of
from domain.assignments.permission import Permission, permission_of
from domain.assignments.recordings import TaskMark
from domain.contexts import DEFAULT_REPLACEMENT
from domain.dates.collection_windows import Interval
from domain.event_filters.rules import EventFilter


@dataclass(frozen=True, kw_only=True)
class LandedFile:
    """One committed landing file and the span of its events, in microseconds of UTC, both ends included."""

    name: str
    first_us: int
    last_us: int
    event_count: int


@dataclass(frozen=True)
class CollectionFacts:
    """A consistent reading of governance, and of the files that lay in the landing folder just before.

    `landed_files` are the committed ones, in the order of their commit; nobody was given a receipt for the others.
    """

    time_zones: Mapping[int, str]
    """By workstation user."""
    assignments: tuple[Assignment, ...]
    """Of everybody, answered or not."""
    landed_files: tuple[LandedFile, ...] = ()
    event_filters: tuple[EventFilter, ...] = ()
    replacement: str = DEFAULT_REPLACEMENT
    off_threshold_us: int = OFF_THRESHOLD_US
    uncommitted_files: tuple[str, ...] = ()

    @cached_property
    def allowed(self) -> dict[int, tuple[Interval, ...]]:
        """What may be kept of each person at most, where all tasks were always recorded: disjoint intervals in order.
        Nobody else may be kept at all."""
        found = {
            person: union_of(stretch for each in assignments for stretch in each.stretches)
            for person, assignments in self.of_people.items()
        }
        return {person: stretches for person, stretches in found.items() if stretches}

    @cached_property
    def of_people(self) -> dict[int, list[Assignment]]:
        by_person: dict[int, list[Assignment]] = {}
        for each in sorted(self.assignments, key=lambda each: (each.workstation_user_id, each.approval_id)):
            by_person.setdefault(each.workstation_user_id, []).append(each)
        return by_person

    def permissions(self, marks: Mapping[int, Sequence[TaskMark]]) -> dict[int, Permission]:
        """What may be kept of each person, by the marks of their tasks."""
        return {
            person: permission_of(assignments, marks.get(person, ())) for person, assignments in self.of_people.items()
        }
