"""Reading governance: the facts of collection and of one project, each in one transaction.

Nothing is written here: what the pipelines change goes through the API, so that it is audited.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from domain.activity_states import ActivityKind
from domain.aliases import AnonymizationLevel, aliases
from domain.categorization_rules import CategorizationRule, RuleSet
from domain.collection_windows import CollectionWindow
from domain.conditions.tree import parse_condition
from domain.contexts import DEFAULT_REPLACEMENT
from domain.days import day_bounds_us
from domain.event_batches import to_microseconds
from domain.event_filters import EventFilterRecord, readable_event_filters
from domain.predefined_event_filters import PREDEFINED_EVENT_FILTERS
from domain.task_scopes import TaskScope, parse_task_scope
from pipelines.mining.collection import CollectionFacts, LandedFile
from pipelines.mining.project import EXCLUDED_CATEGORIES, MAX_CATEGORIES, MiningFacts, ProjectPerson
from pipelines.mining.retention import KeptProject, RetentionFacts, retention_of
from pipelines.resources.audit_trails import AuditTrailReader

MICROSECONDS = 1_000_000


class MissingProjectError(RuntimeError):
    """A mining job or a partition names a project that governance does not have."""


@dataclass(frozen=True, kw_only=True)
class MiningJob:
    """One row of governance.mining_jobs."""

    mining_job_id: int
    project_id: int
    rule_set_version: int
    requested_at: datetime
    state: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One decision on one approval, with the dates of its data request."""

    decision_seq: int
    approval_id: int
    decision: str
    starts_on: date
    ends_on: date | None


class GovernanceReader:
    """Reads by plain SQL over the tables that the governance API owns."""

    def __init__(self, database_url: str) -> None:
        self._engine = sa.create_engine(
            sa.make_url(database_url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool
        )

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """One consistent picture."""
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            yield connection

    def collection_facts(self) -> CollectionFacts:
        with self._reading() as connection:
            return CollectionFacts(
                time_zones=_time_zones(connection),
                consenting_windows=_consenting_windows(connection),
                landed_files=_landed_files(connection),
                event_filters=_event_filters(connection),
                replacement=str(_configuration(connection, "anonymization", "replacement", DEFAULT_REPLACEMENT)),
                off_threshold_us=int(_configuration(connection, "system", "off_threshold_seconds", 7200))
                * MICROSECONDS,
            )

    def requested_mining_jobs(self) -> list[MiningJob]:
        """Those that wait, oldest first."""
        with self._reading() as connection:
            return [MiningJob(**row) for row in _rows(connection, _JOBS + "where state = 'requested' order by 1")]

    def find_mining_job(self, mining_job_id: int) -> MiningJob | None:
        with self._reading() as connection:
            rows = _rows(connection, _JOBS + "where mining_job_id = :id", id=mining_job_id)
            return MiningJob(**rows[0]) if rows else None

    def find_latest_mining_job(self, project_id: int) -> MiningJob | None:
        """The last one requested for a project, whatever became of it."""
        with self._reading() as connection:
            rows = _rows(connection, _JOBS + "where project_id = :id order by 1 desc limit 1", id=project_id)
            return MiningJob(**rows[0]) if rows else None

    def mining_facts(self, job: MiningJob, audit_trails: AuditTrailReader) -> MiningFacts:
        """Raises MissingProjectError, DomainError for an unreadable scope, AuditTrailError for an unreadable trail."""
        with self._reading() as connection:
            projects = _rows(connection, "select * from governance.projects where project_id = :id", id=job.project_id)
            if not projects:
                raise MissingProjectError(f"Project {job.project_id} does not exist: request the mining job again.")
            project = projects[0]
            people, missing = _people(connection, project)
            scopes = _task_scopes(connection, job.project_id)
            excluded = _configuration(connection, "system", "excluded_categories", list(EXCLUDED_CATEGORIES))
            facts = MiningFacts(
                project_id=job.project_id,
                project_name=project["name"],
                starts_on=project["starts_on"],
                ends_on=project["ends_on"],
                mined_at_us=to_microseconds(job.requested_at),
                people=people,
                missing_logins=missing,
                rule_set=_rule_set(connection, job.rule_set_version),
                task_scopes=scopes,
                audit_trails={},
                excluded_categories=tuple(_words(excluded)),
                max_categories=int(_configuration(connection, "system", "maximum_treemap_categories", MAX_CATEGORIES)),
            )
        return audit_trails.complete(facts)

    def decisions_after(self, decision_seq: int) -> list[Decision]:
        """The decisions on approvals after one, in the order in which they were made."""
        with self._reading() as connection:
            return [Decision(**row) for row in _rows(connection, _DECISIONS, seq=decision_seq)]

    def retention_facts(self, now: datetime) -> RetentionFacts:
        """What decides about retention at `now`."""
        collection = self.collection_facts()
        with self._reading() as connection:
            members: dict[int, set[int]] = {}
            for row in _rows(connection, "select * from governance.project_workstation_users"):
                members.setdefault(row["project_id"], set()).add(row["workstation_user_id"])
            names = ("project_id", "starts_on", "ends_on", "stage", "closed_at", "last_opened_at")
            projects = [
                KeptProject(**{name: row[name] for name in names}, people=frozenset(members.get(row["project_id"], ())))
                for row in _rows(connection, "select * from governance.projects order by project_id")
            ]
            configured = _rows(
                connection, "select name, value from governance.configuration_records where record_group = 'retention'"
            )
        return RetentionFacts(
            now=now,
            retention=retention_of({row["name"]: row["value"] for row in configured}),
            projects=tuple(projects),
            collection=collection,
        )


_DECISIONS = """
    select approvals.decision_seq, approvals.approval_id, approvals.decision, requests.starts_on, requests.ends_on
    from governance.approvals
    inner join governance.data_requests as requests using (data_request_id)
    where approvals.decision_seq > :seq order by approvals.decision_seq
"""
_JOBS = """
    select mining_job_id, project_id, rule_set_version, requested_at, state from governance.mining_jobs
"""


def _rows(connection: sa.Connection, sql: str, **values: object) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sa.text(sql), values).mappings()]


def _time_zones(connection: sa.Connection) -> dict[int, str]:
    rows = _rows(connection, "select workstation_user_id, time_zone from governance.workstation_users order by 1")
    return {row["workstation_user_id"]: row["time_zone"] for row in rows}


def _consenting_windows(connection: sa.Connection) -> tuple[CollectionWindow, ...]:
    rows = _rows(
        connection,
        "select workstation_user_id, starts_at, ends_at from governance.consenting_windows order by 1, 2, 3",
    )
    return tuple(
        CollectionWindow(
            row["workstation_user_id"],
            to_microseconds(row["starts_at"]),
            None if row["ends_at"] is None else to_microseconds(row["ends_at"]),
        )
        for row in rows
    )


def _landed_files(connection: sa.Connection) -> tuple[LandedFile, ...]:
    rows = _rows(
        connection,
        """
        select file_name, event_count, first_occurred_at, last_occurred_at
        from governance.landings order by landing_id
        """,
    )
    return tuple(
        LandedFile(
            name=row["file_name"],
            event_count=row["event_count"],
            first_us=to_microseconds(row["first_occurred_at"]),
            last_us=to_microseconds(row["last_occurred_at"]),
        )
        for row in rows
    )


def _event_filters(connection: sa.Connection) -> tuple[Any, ...]:
    rows = _rows(
        connection,
        """
        select name, action, condition, attributes from governance.event_filters
        where is_active and not is_predefined order by event_filter_id
        """,
    )
    records = [
        EventFilterRecord(row["name"], row["action"], row["condition"], tuple(row["attributes"])) for row in rows
    ]
    filters, _ = readable_event_filters(records)
    return (*PREDEFINED_EVENT_FILTERS, *filters)


def _configuration(connection: sa.Connection, group: str, name: str, default: object) -> Any:
    rows = _rows(
        connection,
        "select value from governance.configuration_records where record_group = :group and name = :name",
        group=group,
        name=name,
    )
    return rows[0]["value"] if rows else default


def _words(value: object) -> Sequence[str]:
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return [str(word) for word in value] if isinstance(value, list) else []


def _people(connection: sa.Connection, project: dict[str, Any]) -> tuple[tuple[ProjectPerson, ...], tuple[str, ...]]:
    """Those with a consenting window in the project's dates, and the logins of the others."""
    rows = _rows(
        connection,
        """
        select people.workstation_user_id, people.login, people.display_name, people.time_zone
        from governance.project_workstation_users as members
        inner join governance.workstation_users as people using (workstation_user_id)
        where members.project_id = :id order by people.workstation_user_id
        """,
        id=project["project_id"],
    )
    level = AnonymizationLevel(project["anonymization_level"])
    names = aliases(level, bytes(project["alias_key"]), {row["login"]: row["display_name"] for row in rows})
    windows = _consenting_windows(connection)
    people, missing = [], []
    for row in rows:
        first_us = day_bounds_us(project["starts_on"], row["time_zone"])[0]
        last_us = day_bounds_us(project["ends_on"], row["time_zone"])[1]
        if any(_overlaps(window, row["workstation_user_id"], first_us, last_us) for window in windows):
            people.append(
                ProjectPerson(
                    workstation_user_id=row["workstation_user_id"],
                    login=row["login"],
                    alias=names[row["login"]],
                    time_zone=row["time_zone"],
                )
            )
        else:
            missing.append(row["login"])
    return tuple(people), tuple(missing)


def _overlaps(window: CollectionWindow, person: int, first_us: int, last_us: int) -> bool:
    starts_us, ends_us = window.interval
    return window.workstation_user_id == person and starts_us < last_us and ends_us > first_us


def _rule_set(connection: sa.Connection, version: int) -> RuleSet:
    rules = _rows(
        connection,
        "select * from governance.categorization_rules where rule_set_version = :version order by rank",
        version=version,
    )
    replacements = _rows(
        connection,
        "select executable, application from governance.application_replacements where rule_set_version = :version",
        version=version,
    )
    return RuleSet(
        version,
        tuple(
            CategorizationRule(
                row["rank"],
                parse_condition(row["condition"]),
                ActivityKind(row["activity_kind"]),
                row["category"],
                row["application"],
                row["window_name"],
                row["name"],
            )
            for row in rules
        ),
        {row["executable"]: row["application"] for row in replacements},
    )


def _task_scopes(connection: sa.Connection, project_id: int) -> dict[int, TaskScope]:
    rows = _rows(
        connection, "select * from governance.task_scopes where project_id = :id order by task_scope_id", id=project_id
    )
    fields = {
        "automated": ("kind", "name", "source", "table_name", "field", "start_state", "end_state", "condition"),
        "user_initiated": ("kind", "name", "instructions"),
    }
    return {row["task_scope_id"]: parse_task_scope({name: row[name] for name in fields[row["kind"]]}) for row in rows}
