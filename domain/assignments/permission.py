"""What some assignments of one person allow: the one answer to "may this event be kept?" for gate, pool and mining."""

from collections.abc import Collection, Iterable, Sequence

import msgspec

from domain.assignments.assignment import Assignment
from domain.assignments.intervals import intersection, union_of, without
from domain.assignments.recordings import TaskMark, recordings
from domain.assignments.terms import Cadence, Terms
from domain.dates.collection_windows import Interval, covers
from domain.element_roles import plain_application, plain_applications


class Permission(msgspec.Struct, frozen=True):
    """`always`: whatever the session. `recorded`: by session, what only recordings of tasks allow besides."""

    always: tuple[Interval, ...] = ()
    recorded: dict[int, tuple[Interval, ...]] = {}

    def allows(self, at_us: int, *, session_key: int) -> bool:
        return covers(self.always, at_us) or covers(self.recorded.get(session_key, ()), at_us)

    @property
    def observed(self) -> tuple[Interval, ...]:
        """When the person may be observed in any session."""
        return union_of((*self.always, *(each for spans in self.recorded.values() for each in spans)))

    def clipped(self, bounds: Interval) -> "Permission":
        cut = {session: intersection(spans, (bounds,)) for session, spans in self.recorded.items()}
        return Permission(
            intersection(self.always, (bounds,)), {session: spans for session, spans in cut.items() if spans}
        )


def permission_of(assignments: Iterable[Assignment], marks: Collection[TaskMark] = ()) -> Permission:
    """Of one person's assignments, with the marks of that person's sessions. Of no assignment: nothing."""
    found = list(assignments)
    always = union_of(
        stretch for each in found if each.terms.cadence is Cadence.CONTINUOUS for stretch in each.stretches
    )
    recorded: dict[int, list[Interval]] = {}
    for each in found:
        if each.terms.cadence is Cadence.TARGETED:
            for session_key, spans in recordings(marks, tasks=each.tasks, stretches=each.stretches).items():
                recorded.setdefault(session_key, []).extend(spans)
    besides = {session_key: without(spans, always) for session_key, spans in recorded.items()}
    return Permission(always, {session_key: spans for session_key, spans in besides.items() if spans})


def named_applications(assignments: Iterable[Assignment], configured: Iterable[str], *, now_us: int) -> tuple[str, ...]:
    """Programs in which content is recorded by name: those that the configuration names, as far as every assignment
    that the person accepted was asked for with them. What is recorded is kept for all of these."""
    accepted = [each for each in assignments if any(end > now_us for _, end in each.stretches)]
    terms = [plain_applications(each.terms.applications_with_named_content) for each in accepted]
    return tuple(name for name in configured if terms and all(plain_application(name) in each for each in terms))


class ProjectTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What must be known of a project to say which assignments it may be mined through."""

    project_id: int
    terms: Terms
    pools: frozenset[int] = frozenset()
    """Pool requests that it names, by data_request_id."""

    def may_use(self, *, project_id: int | None, data_request_id: int, terms: Terms) -> bool:
        """Its own requests, and the pool requests it names, as far as their terms cover the project's."""
        is_named = project_id is None and data_request_id in self.pools
        return (project_id == self.project_id or is_named) and terms.cover(self.terms)


def serving(project: ProjectTerms, assignments: Sequence[Assignment]) -> tuple[Assignment, ...]:
    """The assignments that a project may be mined through."""
    return tuple(
        each
        for each in assignments
        if project.may_use(project_id=each.project_id, data_request_id=each.data_request_id, terms=each.terms)
    )
