"""Plans retention: which days of which people, and which projects, have outlived their purpose. Deletes nothing.

How long things are kept is configured in governance; `purge` carries the plan out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.assignments.permission import ProjectTerms, serving
from domain.dates.collection_windows import clip
from domain.dates.days import day_bounds_us
from domain.event_batches import to_microseconds
from pipelines.mining.facts.collection import CollectionFacts

#: Stages after which a project's data is kept for `project_days` only.
ENDED_STAGES = frozenset({"closed", "archived"})
#: A project that can still be mined is mined anew after a withdrawal; one that was not within this goes as others do.
MINED_ANEW_WITHIN = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Retention:
    """Days that data is kept: from the event, from the closing of its project, from its project's last opening."""

    user_data_days: int = 30
    project_days: int = 10
    datamart_days: int = 10


@dataclass(frozen=True, kw_only=True)
class KeptProject:
    """What retention must know of a project. `uses` says which assignments it may be mined through; `withdrawn_at` when
    first, since it was mined last, an approval that it was mined through was withdrawn."""

    project_id: int
    starts_on: date
    ends_on: date
    stage: str
    closed_at: datetime | None
    last_opened_at: datetime
    people: frozenset[int]
    uses: ProjectTerms
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RetentionFacts:
    """A reading of governance at one moment. `now` is the moment the plan is for."""

    now: datetime
    retention: Retention
    projects: tuple[KeptProject, ...]
    collection: CollectionFacts

    def is_expired(self, project: KeptProject) -> bool:
        """Closed for longer than its data may be kept."""
        if project.stage not in ENDED_STAGES:
            return False
        closed_at = project.closed_at or project.last_opened_at
        return closed_at + timedelta(days=self.retention.project_days) <= self.now

    def is_unopened(self, project: KeptProject) -> bool:
        """Nobody has looked at it for longer than a datamart may be kept."""
        return project.last_opened_at + timedelta(days=self.retention.datamart_days) <= self.now

    def shows_what_was_withdrawn(self, project: KeptProject) -> bool:
        """Its results hold what an approval allowed that is no more, and no mining takes that out of them."""
        if project.withdrawn_at is None:
            return False
        return project.stage == "archived" or project.withdrawn_at + MINED_ANEW_WITHIN <= self.now


def projects_to_purge(facts: RetentionFacts, known: Iterable[int]) -> list[int]:
    """Of the projects with mined data: those that are expired, unopened, deleted, or show what was withdrawn."""
    alive = {
        project.project_id
        for project in facts.projects
        if not (facts.is_expired(project) or facts.is_unopened(project) or facts.shows_what_was_withdrawn(project))
    }
    return sorted(set(known) - alive)


def kept_people(facts: RetentionFacts, day: date) -> frozenset[int]:
    """Whose data of a local day may stay.

    An assignment must still allow it (one that was withdrawn or declined does not), and a project that is not expired
    must be one that may be mined from it; or else it is younger than user data may be and no project's at all: the data
    of an expired project goes with it.
    """
    return frozenset(
        person for person, time_zone in facts.collection.time_zones.items() if _is_kept(facts, person, time_zone, day)
    )


def _is_kept(facts: RetentionFacts, person: int, time_zone: str, day: date) -> bool:
    starts_us, ends_us = day_bounds_us(day, time_zone)
    if next(clip(facts.collection.allowed.get(person, ()), starts_us, ends_us), None) is None:
        return False
    assignments = [
        each
        for each in facts.collection.of_people.get(person, ())
        if next(clip(each.stretches, starts_us, ends_us), None) is not None
    ]
    using = [
        each
        for each in facts.projects
        if person in each.people and each.starts_on <= day <= each.ends_on and serving(each.uses, assignments)
    ]
    if using:
        return any(not facts.is_expired(project) for project in using)
    kept_from_us = to_microseconds(facts.now - timedelta(days=facts.retention.user_data_days))
    return ends_us > kept_from_us


def retention_of(rows: Mapping[str, int]) -> Retention:
    """From configuration records by name; a name that is missing has its default."""
    names = ("user_data_days", "project_days", "datamart_days")
    return Retention(**{name: int(rows[name]) for name in names if name in rows})
