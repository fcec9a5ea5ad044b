"""The facts of governance that mining one project takes: its dates, people, rules and task scopes, at one moment.

Add a field here when a dbt model of the datamart needs to know something more of the project, and read it in
`pipelines.resources.governance`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.assignments.assignment import Assignment
from domain.assignments.terms import Visibility
from domain.categorization.rules import RuleSet
from domain.dates.collection_windows import END_OF_TIME_US, Interval
from domain.tasks.audit_trails import AuditTrailRow
from domain.tasks.task_scopes import AutomatedTaskScope, TaskScope

EXCLUDED_CATEGORIES = ("Off", "Break")
MAX_CATEGORIES = 99


@dataclass(frozen=True, kw_only=True)
class ProjectPerson:
    """Somebody whose data may be mined for the project, and the name they have in it."""

    workstation_user_id: int
    login: str
    alias: str
    time_zone: str
    assignments: tuple[Assignment, ...] = ()
    """Those that the project is mined through."""
    dates: Interval = (0, END_OF_TIME_US)
    """The project's days in the person's time zone: what lies outside them is not mined."""


@dataclass(frozen=True, kw_only=True)
class MiningFacts:
    """A consistent reading of governance for one mining job."""

    project_id: int
    project_name: str
    starts_on: date
    ends_on: date
    mined_at_us: int
    """When the job was requested: the same for every run of it."""
    people: tuple[ProjectPerson, ...]
    visibility: Visibility = Visibility.GROUP
    missing_logins: tuple[str, ...] = ()
    """People of the project without an assignment that it may be mined through: named and left out."""
    rule_set: RuleSet
    task_scopes: Mapping[int, TaskScope]
    """By task_scope_id."""
    audit_trails: Mapping[int, tuple[AuditTrailRow, ...]]
    """By the task_scope_id of the automated scope that reads it."""
    excluded_categories: tuple[str, ...] = EXCLUDED_CATEGORIES
    max_categories: int = MAX_CATEGORIES

    @property
    def automated_scopes(self) -> dict[int, AutomatedTaskScope]:
        return {key: scope for key, scope in self.task_scopes.items() if isinstance(scope, AutomatedTaskScope)}
