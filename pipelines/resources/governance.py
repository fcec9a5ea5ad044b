"""Reads governance: the facts of collection and of one project, each in one transaction.

Nothing is written: what the pipelines change goes through the API (`governance_api`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from domain.activity_states import OFF_THRESHOLD_SECONDS
from domain.assignments.terms import Visibility
from domain.contexts import DEFAULT_REPLACEMENT
from domain.event_batches import to_microseconds
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.facts.project import EXCLUDED_CATEGORIES, MAX_CATEGORIES, MiningFacts
from pipelines.mining.retention.plan import KeptProject, RetentionFacts, retention_of
from pipelines.resources.audit_trails import AuditTrailReader
from pipelines.resources.governance_rows import (
    list_of_words,
    read_assignments,
    read_configuration,
    read_event_filters,
    read_landed_files,
    read_people,
    read_project_terms,
    read_rows,
    read_rule_set,
    read_task_scopes,
    read_time_zones,
)

MICROSECONDS = 1_000_000
#: States of a mining job that has not ended.
OPEN_STATES = ("requested", "running")


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
    run_id: str | None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


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

    def collection_facts(self, landing_names: Sequence[str]) -> CollectionFacts:
        """With the landing files of these names (`raw_events.landed_days.landing_names`); none for who absorbs none."""
        with self._reading() as connection:
            return _collection_facts(connection, landing_names)

    def project_names(self) -> dict[int, str]:
        """project id → name, of the projects that are no drafts."""
        with self._reading() as connection:
            rows = read_rows(connection, _PROJECT_NAMES)
            return {row["project_id"]: row["name"] for row in rows}

    def deleted_projects(self) -> list[int]:
        """Those of which nothing may be left in lake and marts."""
        with self._reading() as connection:
            rows = read_rows(
                connection, "select project_id from governance.projects where stage = 'deleted' order by 1"
            )
            return [row["project_id"] for row in rows]

    def open_mining_jobs(self) -> list[MiningJob]:
        """Those that wait or run, oldest first; of a project that was deleted, none."""
        with self._reading() as connection:
            rows = read_rows(connection, _JOBS + _THAT_ARE_OPEN, states=list(OPEN_STATES))
            return [MiningJob(**row) for row in rows]

    def find_mining_job(self, mining_job_id: int) -> MiningJob | None:
        with self._reading() as connection:
            rows = read_rows(connection, _JOBS + "where mining_job_id = :id", id=mining_job_id)
            return MiningJob(**rows[0]) if rows else None

    def mining_facts(self, job: MiningJob, audit_trails: AuditTrailReader) -> MiningFacts:
        """Raises MissingProjectError, DomainError for an unreadable scope, AuditTrailError for an unreadable trail."""
        with self._reading() as connection:
            projects = read_rows(
                connection,
                "select * from governance.projects where project_id = :id and stage <> 'deleted'",
                id=job.project_id,
            )
            if not projects:
                raise MissingProjectError(
                    f"Project {job.project_id} does not exist, or was deleted: request the mining job of another."
                )
            project = projects[0]
            people, missing = read_people(connection, project)
            scopes = read_task_scopes(connection, job.project_id)
            excluded = read_configuration(connection, "system", "excluded_categories", list(EXCLUDED_CATEGORIES))
            facts = MiningFacts(
                project_id=job.project_id,
                project_name=project["name"],
                starts_on=project["starts_on"],
                ends_on=project["ends_on"],
                mined_at_us=to_microseconds(job.requested_at),
                people=people,
                visibility=Visibility(project["visibility"]),
                missing_logins=missing,
                rule_set=read_rule_set(connection, job.rule_set_version),
                task_scopes=scopes,
                audit_trails={},
                excluded_categories=tuple(list_of_words(excluded)),
                max_categories=int(
                    read_configuration(connection, "system", "maximum_treemap_categories", MAX_CATEGORIES)
                ),
            )
        return audit_trails.complete(facts)

    def decisions_after(self, decision_seq: int) -> list[Decision]:
        """The decisions on approvals after one, in the order in which they were made."""
        with self._reading() as connection:
            return [Decision(**row) for row in read_rows(connection, _DECISIONS, seq=decision_seq)]

    def projects_mined_through(self, approval_ids: Sequence[int]) -> dict[int, str]:
        """project id → name, of those that can be mined and would ask a data request of these approvals."""
        with self._reading() as connection:
            rows = read_rows(connection, _MINED_THROUGH, ids=list(approval_ids))
            return {row["project_id"]: row["name"] for row in rows}

    def retention_facts(self, now: datetime, landing_names: Sequence[str]) -> RetentionFacts:
        """What decides about retention at `now`, with the landing files that are absorbed before."""
        with self._reading() as connection:
            collection = _collection_facts(connection, landing_names)
            members: dict[int, set[int]] = {}
            for row in read_rows(connection, "select * from governance.project_workstation_users"):
                members.setdefault(row["project_id"], set()).add(row["workstation_user_id"])
            names = ("project_id", "starts_on", "ends_on", "stage", "closed_at", "last_opened_at", "withdrawn_at")
            projects = [
                KeptProject(
                    **{name: row[name] for name in names},
                    people=frozenset(members.get(row["project_id"], ())),
                    uses=read_project_terms(row),
                )
                for row in read_rows(connection, _PROJECTS)
            ]
            configured = read_rows(
                connection, "select name, value from governance.configuration_records where record_group = 'retention'"
            )
        return RetentionFacts(
            now=now,
            retention=retention_of({row["name"]: row["value"] for row in configured}),
            projects=tuple(projects),
            collection=collection,
        )


def _collection_facts(connection: sa.Connection, landing_names: Sequence[str]) -> CollectionFacts:
    landed = read_landed_files(connection, landing_names)
    off_seconds = read_configuration(connection, "system", "off_threshold_seconds", OFF_THRESHOLD_SECONDS)
    return CollectionFacts(
        time_zones=read_time_zones(connection),
        assignments=read_assignments(connection),
        landed_files=landed,
        uncommitted_files=tuple(sorted(set(landing_names) - {file.name for file in landed})),
        event_filters=read_event_filters(connection),
        replacement=str(read_configuration(connection, "anonymization", "replacement", DEFAULT_REPLACEMENT)),
        off_threshold_us=int(off_seconds) * MICROSECONDS,
    )


_PROJECT_NAMES = "select project_id, name from governance.projects where stage not in ('draft', 'deleted')"
_PROJECTS = """
    select
        projects.*,
        (
            select min(approvals.decided_at)
            from governance.approvals
            inner join governance.data_requests as requests using (data_request_id)
            where approvals.decision = 'withdrawn' and approvals.decided_at > coalesce(mined.started_at, '-infinity')
                and (
                    requests.project_id = projects.project_id
                    or requests.data_request_id = any(projects.pool_data_request_ids)
                )
                and (
                    approvals.workstation_user_id in (
                        select members.workstation_user_id from governance.project_workstation_users as members
                        where members.project_id = projects.project_id
                    )
                    or mined.assignments @> jsonb_build_array(
                        jsonb_build_object('approval_ids', jsonb_build_array(approvals.approval_id))
                    )
                )
        ) as withdrawn_at
    from governance.projects
    left join lateral (
        select jobs.started_at, jobs.assignments
        from governance.mining_jobs as jobs
        where jobs.project_id = projects.project_id and jobs.state = 'done'
        order by jobs.started_at desc nulls last, jobs.mining_job_id desc
        limit 1
    ) as mined on true
    where projects.stage <> 'deleted'
    order by projects.project_id
"""
_DECISIONS = """
    select approvals.decision_seq, approvals.approval_id, approvals.decision, requests.starts_on, requests.ends_on
    from governance.approvals
    inner join governance.data_requests as requests using (data_request_id)
    where approvals.decision_seq > :seq order by approvals.decision_seq
"""
_MINED_THROUGH = """
    select distinct projects.project_id, projects.name
    from governance.projects
    inner join governance.data_requests as requests
        on projects.project_id = requests.project_id
        or requests.data_request_id = any(projects.pool_data_request_ids)
    inner join governance.approvals using (data_request_id)
    where approvals.approval_id = any(:ids) and projects.stage in ('collecting', 'closed')
    order by projects.project_id
"""
_JOBS = """
    select mining_job_id, project_id, rule_set_version, requested_at, state, run_id from governance.mining_jobs
"""
_THAT_ARE_OPEN = """
    where state = any(:states)
        and project_id in (select project_id from governance.projects where stage <> 'deleted')
    order by mining_job_id
"""
