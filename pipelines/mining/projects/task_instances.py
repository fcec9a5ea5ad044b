"""Finds the task instances of a project: in audit trails (automated scopes) and in markers (user-initiated scopes).

Add a way to find instances here when `domain.tasks.task_scopes` gets another kind of scope.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from operator import attrgetter

import pyarrow as pa

from domain.conditions.texts import fold
from domain.contexts import stable_key
from domain.dates.collection_windows import Interval
from domain.dates.days import local_day
from domain.event_batches import to_microseconds
from domain.event_kinds import CODE_BY_KIND, EventKind
from domain.tasks.audit_trails import AuditTrailRow
from domain.tasks.task_scopes import AutomatedTaskScope
from pipelines.mining.facts.project import MiningFacts, ProjectPerson

DATASET = "task_instances"
SCHEMA = pa.schema(
    [
        ("project_id", pa.int32()),
        ("task_instance_id", pa.string()),
        ("task_scope_id", pa.int32()),
        ("task_name", pa.string()),
        ("origin", pa.string()),
        ("workstation_user_id", pa.int32()),
        ("alias", pa.string()),
        ("case_id", pa.string()),
        ("day", pa.date32()),
        ("started_us", pa.int64()),
        ("ended_us", pa.int64()),
    ]
)
_CHANGED_AT = attrgetter("changed_at")
_STARTED, _STOPPED = CODE_BY_KIND[EventKind.TASK_STARTED], CODE_BY_KIND[EventKind.TASK_STOPPED]


@dataclass(frozen=True, kw_only=True)
class TaskInstance:
    """One execution of a task by one person. `day` is the person's local day of the start."""

    task_scope_id: int
    task_name: str
    origin: str
    person: ProjectPerson
    case_id: str
    started_us: int
    ended_us: int

    @property
    def task_instance_id(self) -> str:
        parts = (str(self.task_scope_id), self.person.login, self.case_id, str(self.started_us), str(self.ended_us))
        return f"T-{stable_key(parts):016x}"

    @property
    def day(self) -> date:
        return local_day(self.started_us, self.person.time_zone)


@dataclass(frozen=True, kw_only=True)
class Marker:
    """A task_started or task_stopped event. `session_ends_us` is the last event of its session."""

    workstation_user_id: int
    session_key: int
    occurred_us: int
    kind: int
    task_name: str
    case_id: str
    session_ends_us: int


@dataclass(frozen=True, kw_only=True)
class FoundInstances:
    """The instances in order of time, and what was not made one, by reason."""

    instances: tuple[TaskInstance, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)

    def while_observed(self, observed: Mapping[int, Sequence[Interval]]) -> "FoundInstances":
        """Those that the project may be mined from their person for: an automated one that reaches into such a span, a
        recorded one that starts in one, and ends with it. The others are left out as outside_assignment."""
        kept = [
            replace(each, ended_us=ended_us)
            for each in self.instances
            if (ended_us := _observed_end(each, observed.get(each.person.workstation_user_id, ()))) is not None
        ]
        left_out = Counter(self.left_out)
        left_out["outside_assignment"] += len(self.instances) - len(kept)
        return FoundInstances(instances=tuple(kept), left_out={each: n for each, n in left_out.items() if n})


def find_task_instances(facts: MiningFacts, markers: Iterable[Marker]) -> FoundInstances:
    """Instances that start on the project's days, and the others by reason: unfinished, condition_not_met,
    not_in_project, outside_dates."""
    left_out: Counter[str] = Counter()
    found: list[TaskInstance] = []
    for scope_id, scope in facts.automated_scopes.items():
        found += _automated(scope_id, scope, facts, facts.audit_trails.get(scope_id, ()), left_out)
    found += _user_initiated(facts, markers, left_out)
    kept = []
    for instance in found:
        if facts.starts_on <= instance.day <= facts.ends_on:
            kept.append(instance)
        else:
            left_out["outside_dates"] += 1
    kept.sort(key=lambda each: (each.started_us, each.person.workstation_user_id, each.task_scope_id, each.case_id))
    return FoundInstances(instances=tuple(kept), left_out=dict(left_out))


def _observed_end(instance: TaskInstance, observed: Sequence[Interval]) -> int | None:
    if instance.origin == "automated":
        is_seen = any(start <= instance.ended_us and instance.started_us < end for start, end in observed)
        return instance.ended_us if is_seen else None
    ends = [end for start, end in observed if start <= instance.started_us < end]
    return min(instance.ended_us, ends[0]) if ends else None


def task_instances_table(project_id: int, instances: Sequence[TaskInstance]) -> pa.Table:
    rows = [
        {
            "project_id": project_id,
            "task_instance_id": each.task_instance_id,
            "task_scope_id": each.task_scope_id,
            "task_name": each.task_name,
            "origin": each.origin,
            "workstation_user_id": each.person.workstation_user_id,
            "alias": each.person.alias,
            "case_id": each.case_id,
            "day": each.day,
            "started_us": each.started_us,
            "ended_us": each.ended_us,
        }
        for each in instances
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _automated(
    scope_id: int,
    scope: AutomatedTaskScope,
    facts: MiningFacts,
    rows: Iterable[AuditTrailRow],
    left_out: Counter[str],
) -> list[TaskInstance]:
    """Pairs each start of a record with its next end. Who made the end change is the person."""
    people = {fold(person.login): person for person in facts.people}
    found = []
    for started_us, end in _pairs(scope, rows, left_out):
        person = people.get(fold(end.changed_by))
        if person is None:
            left_out["not_in_project"] += 1
            continue
        found.append(
            TaskInstance(
                task_scope_id=scope_id,
                task_name=scope.name,
                origin="automated",
                person=person,
                case_id=end.record_id,
                started_us=started_us,
                ended_us=to_microseconds(end.changed_at),
            )
        )
    return found


def _pairs(
    scope: AutomatedTaskScope,
    rows: Iterable[AuditTrailRow],
    left_out: Counter[str],
) -> Iterator[tuple[int, AuditTrailRow]]:
    """The start of each instance that counts, and the change that ends it."""
    record_filter = scope.record_filter()
    started: dict[str, int] = {}
    of_table = (row for row in rows if fold(row.table_name) == fold(scope.table_name))
    for _, group in groupby(sorted(of_table, key=_CHANGED_AT), key=_CHANGED_AT):
        at_once = list(group)
        record_filter.note(at_once)  # one saving of a form changes many fields at one instant: all of them are known
        for row in at_once:
            if fold(row.field) != fold(scope.field):
                continue
            if fold(row.new_value) == fold(scope.start_state):
                started.setdefault(row.record_id, to_microseconds(row.changed_at))
            elif fold(row.new_value) == fold(scope.end_state) and row.record_id in started:
                started_us = started.pop(row.record_id)
                if record_filter.lets_count(row.record_id):
                    yield started_us, row
                else:
                    left_out["condition_not_met"] += 1
    left_out["unfinished"] += len(started)


def _user_initiated(facts: MiningFacts, markers: Iterable[Marker], left_out: Counter[str]) -> list[TaskInstance]:
    """Pairs each task_started with the person's next task_stopped of that name; open ones end with their session."""
    scopes = {
        fold(scope.name): (key, scope.name)
        for key, scope in facts.task_scopes.items()
        if not isinstance(scope, AutomatedTaskScope)
    }
    people = {person.workstation_user_id: person for person in facts.people}
    open_markers: dict[tuple[int, str], Marker] = {}
    found = []

    def close(start: Marker, ended_us: int) -> None:
        scope_id, name = scopes[fold(start.task_name)]
        found.append(
            TaskInstance(
                task_scope_id=scope_id,
                task_name=name,
                origin="user_initiated",
                person=people[start.workstation_user_id],
                case_id=start.case_id,
                started_us=start.occurred_us,
                ended_us=max(ended_us, start.occurred_us),
            )
        )

    for marker in sorted(markers, key=lambda each: (each.occurred_us, each.session_key)):
        if fold(marker.task_name) not in scopes or marker.workstation_user_id not in people:
            left_out["not_in_project"] += marker.kind == _STARTED
            continue
        key = (marker.workstation_user_id, fold(marker.task_name))
        start = open_markers.get(key)
        if start is not None and (marker.kind == _STOPPED or marker.session_key != start.session_key):
            is_stop = marker.kind == _STOPPED and marker.session_key == start.session_key
            close(start, marker.occurred_us if is_stop else start.session_ends_us)
            del open_markers[key]
        if marker.kind == _STARTED:
            open_markers.setdefault(key, marker)
    for start in open_markers.values():
        close(start, start.session_ends_us)
    return found
