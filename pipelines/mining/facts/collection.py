"""The facts of governance that the daily steps take: time zones, consenting windows, event filters, landed files.

`pipelines.resources.governance` reads them from PostgreSQL; tests and benchmarks write them down by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from domain.activity_states import OFF_THRESHOLD_US
from domain.contexts import DEFAULT_REPLACEMENT
from domain.dates.collection_windows import CollectionWindow, Interval, union
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
    """A consistent reading of governance. `landed_files` are the committed ones, in the order of their commit."""

    time_zones: Mapping[int, str]
    """By workstation user."""
    consenting_windows: tuple[CollectionWindow, ...]
    """Open windows whose person has accepted."""
    landed_files: tuple[LandedFile, ...] = ()
    event_filters: tuple[EventFilter, ...] = ()
    replacement: str = DEFAULT_REPLACEMENT
    off_threshold_us: int = OFF_THRESHOLD_US

    @cached_property
    def allowed(self) -> dict[int, tuple[Interval, ...]]:
        """What may be kept of each person: disjoint intervals in order. Nobody else may be kept at all."""
        by_person: dict[int, list[CollectionWindow]] = {}
        for window in self.consenting_windows:
            by_person.setdefault(window.workstation_user_id, []).append(window)
        return {person: union(windows) for person, windows in sorted(by_person.items())}
