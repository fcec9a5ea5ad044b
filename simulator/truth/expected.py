"""Derives from the script alone what is true: activities, task instances, hours, and what became of every event."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from domain.activity_states import OFF_THRESHOLD_US, ActivityKind, ActivityState
from domain.categorization.rules import MAX_RULE, STATE_RULES
from domain.contexts import Context
from domain.dates.days import day_bounds_us, local_day
from simulator.days.records import Change, TaskInstance
from simulator.days.script import Place, Script, Stretch

Interval = tuple[int, int]


class Activity(msgspec.Struct, frozen=True, gc=False):
    """One activity, within one local day. `context` is None unless the state is active."""

    started_us: int
    ended_us: int
    state: ActivityState
    context: Context | None
    activity_kind: ActivityKind
    category: str

    @property
    def duration_us(self) -> int:
        return self.ended_us - self.started_us


class EventCounts(msgspec.Struct):
    """Arithmetic of events: sent = accepted + duplicate + refused; accepted = stored + repeated."""

    sent: int = 0
    accepted: int = 0
    duplicate: int = 0
    repeated: int = 0
    """Accepted a second time inside another batch; compaction removes them."""
    refused: dict[str, int] = {}

    @property
    def stored(self) -> int:
        return self.accepted - self.repeated

    def add(self, other: "EventCounts") -> None:
        self.sent += other.sent
        self.accepted += other.accepted
        self.duplicate += other.duplicate
        self.repeated += other.repeated
        self.refused = dict(Counter(self.refused) + Counter(other.refused))


class PersonTruth(msgspec.Struct):
    """Everything true about one person, in the order of time."""

    login: str
    time_zone: str
    activities: list[Activity] = []
    task_instances: list[TaskInstance] = []
    changes: list[Change] = []
    counts: EventCounts = msgspec.field(default_factory=EventCounts)

    def add(self, other: "PersonTruth") -> None:
        self.activities = self.activities + other.activities
        self.task_instances = self.task_instances + other.task_instances
        self.changes = self.changes + other.changes
        self.counts.add(other.counts)

    def task_union(self) -> list[Interval]:
        """Disjoint intervals in which at least one task instance was open."""
        return union_of((instance.started_us, instance.ended_us) for instance in self.task_instances)


def activities_of(script: Script, stretches: Sequence[Stretch], time_zone: str) -> list[Activity]:
    """The activities of some stretches: the off rule applied, cut at local midnight, excluded windows left out."""
    activities: list[Activity] = []
    for stretch in stretches:
        if stretch.state is None:
            continue
        place = script.places[stretch.place]
        if stretch.state is ActivityState.ACTIVE and place.application.is_excluded:
            continue
        for started_us, ended_us in _by_local_day(stretch.started_us, stretch.ended_us, time_zone):
            activities.append(_activity(stretch, place, started_us, ended_us))
    return activities


def _activity(stretch: Stretch, place: Place, started_us: int, ended_us: int) -> Activity:
    state = stretch.state
    if state in {ActivityState.LOCKED, ActivityState.PRIVATE}:
        state = ActivityState.OFF if stretch.ended_us - stretch.started_us > OFF_THRESHOLD_US else state
    if state is None or state is ActivityState.ACTIVE:
        application = place.application
        category = application.category or MAX_RULE.category
        return Activity(started_us, ended_us, ActivityState.ACTIVE, place.context, application.activity_kind, category)
    rule = STATE_RULES[state]
    return Activity(started_us, ended_us, state, None, rule.activity_kind, rule.category)


def _by_local_day(started_us: int, ended_us: int, time_zone: str) -> list[Interval]:
    pieces = []
    while started_us < ended_us:
        midnight_us = day_bounds_us(local_day(started_us, time_zone), time_zone)[1]
        pieces.append((started_us, min(midnight_us, ended_us)))
        started_us = pieces[-1][1]
    return pieces


def union_of(intervals: Iterable[Interval]) -> list[Interval]:
    union: list[Interval] = []
    for started_us, ended_us in sorted(intervals):
        if union and started_us <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], ended_us))
        else:
            union.append((started_us, ended_us))
    return union


def overlap_us(activity: Activity, union: Sequence[Interval]) -> int:
    """Microseconds of the activity inside a union of disjoint, ordered intervals."""
    first = max(bisect_right(union, (activity.started_us,)) - 1, 0)
    total = 0
    for started_us, ended_us in union[first:]:
        if started_us >= activity.ended_us:
            break
        total += max(0, min(activity.ended_us, ended_us) - max(activity.started_us, started_us))
    return total


class Truth(msgspec.Struct):
    """The truth about a whole workforce, person by person."""

    people: dict[str, PersonTruth] = {}

    def add(self, day: PersonTruth) -> None:
        person = self.people.setdefault(day.login, PersonTruth(login=day.login, time_zone=day.time_zone))
        person.add(day)

    @property
    def counts(self) -> EventCounts:
        total = EventCounts()
        for person in self.people.values():
            total.add(person.counts)
        return total

    def microseconds_by_kind(self) -> dict[ActivityKind, int]:
        total: Counter[ActivityKind] = Counter()
        for person in self.people.values():
            for activity in person.activities:
                total[activity.activity_kind] += activity.duration_us
        return dict(total)

    def microseconds_by_category(self) -> dict[str, int]:
        total: Counter[str] = Counter()
        for person in self.people.values():
            for activity in person.activities:
                total[activity.category] += activity.duration_us
        return dict(total)

    def microseconds_in_and_out_of_tasks(self) -> tuple[dict[str, int], dict[str, int]]:
        """By category, inside and outside the union of each person's task instances."""
        inside: Counter[str] = Counter()
        outside: Counter[str] = Counter()
        for person in self.people.values():
            union = person.task_union()
            for activity in person.activities:
                within = overlap_us(activity, union)
                inside[activity.category] += within
                outside[activity.category] += activity.duration_us - within
        return dict(inside), dict(outside)
