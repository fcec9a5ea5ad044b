"""A governance database with the golden day's person, project and rules in it, and a fake of the API that moves jobs.

What the API itself does is tested with the API.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from domain.conditions.tree import condition_to_json
from domain.dates.collection_windows import windows_of_dates
from domain.event_batches import from_microseconds
from pipelines.mining.lake.files import Lake
from pipelines.resources.audit_trails import AuditTrailReader
from pipelines.resources.governance import GovernanceReader
from pipelines.settings import Settings, read_settings
from tests.fixtures import golden_day as golden
from tests.pipelines.builders import Landing, dbt_builder

PROJECT_ID = 3
PROJECT_KEY = "golden-3"
RULE_SET_VERSION = 7
PIPELINES_TOKEN = "not checked by the fake"


@dataclass
class FakeGovernanceApi:
    """Remembers what it was told, and moves the job's row as the API would."""

    engine: sa.Engine
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def open_mining_job(self, project_id: int, *, run_id: str, requested_by: str | None) -> int:
        self.told.append(("open", {"project_id": project_id, "run_id": run_id, "requested_by": requested_by}))
        statement = """
            insert into governance.mining_jobs (project_id, rule_set_version, requested_by, state, run_id, requested_at)
            values (:project, :version, 1, 'running', :run, :at) returning mining_job_id
        """
        values = {"project": project_id, "version": RULE_SET_VERSION, "run": run_id, "at": golden.at("18:00:00")}
        with self.engine.begin() as connection:
            return int(connection.execute(sa.text(statement), values).scalar_one())

    def start_mining_job(self, mining_job_id: int, *, run_id: str) -> None:
        self._move(mining_job_id, "running", "start", run_id=run_id)
        with self.engine.begin() as connection:
            statement = sa.text(
                "update governance.mining_jobs set run_id = :run, started_at = now() where mining_job_id = :id"
            )
            connection.execute(statement, {"run": run_id, "id": mining_job_id})

    def report_progress(self, mining_job_id: int, progress: str) -> None:
        self.told.append(("progress", {"progress": progress}))

    def finish_mining_job(self, mining_job_id: int, *, row_counts: Mapping[str, int], missing: Sequence[str]) -> None:
        self._move(mining_job_id, "done", "finish", row_counts=dict(row_counts), missing=list(missing))

    def fail_mining_job(self, mining_job_id: int, *, error: str) -> None:
        self._move(mining_job_id, "failed", "fail", error=error)

    def report_losses(self, losses: Sequence[Mapping[str, Any]], *, report_key: str) -> None:
        self.told.append(("losses", {"losses": [dict(loss) for loss in losses], "report_key": report_key}))

    def report_purge(self, report: Mapping[str, Any]) -> None:
        self.told.append(("purge", dict(report)))

    def _move(self, mining_job_id: int, state: str, what: str, **facts: Any) -> None:
        self.told.append((what, facts))
        with self.engine.begin() as connection:
            statement = sa.text("update governance.mining_jobs set state = :state where mining_job_id = :id")
            connection.execute(statement, {"state": state, "id": mining_job_id})


class GoldenGovernance:
    """Everything the golden day needs in the tables of governance, written by SQL."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.engine = sa.create_engine(
            sa.make_url(database_url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool
        )
        self.lake = Lake(folder / "lake")
        self.landing = Landing(self.lake)
        self.settings: Settings = read_settings(
            {
                "TASK_MINING_HOME": str(folder),
                "TASK_MINING_DATABASE_URL": database_url,
                "TASK_MINING_PIPELINES_TOKEN": PIPELINES_TOKEN,
            }
        )
        self.settings.audit_trails.mkdir(parents=True)
        (self.settings.audit_trails / "incidents.csv").write_text(golden.AUDIT_TRAIL)
        self.api = FakeGovernanceApi(self.engine)
        self._fill()

    def resources(self) -> dict[str, Any]:
        """The overrides of `build_definitions`."""
        return {
            "settings": self.settings,
            "lake": self.lake,
            "dbt": dbt_builder(),
            "governance": GovernanceReader(self.settings.database_url),
            "governance_api": self.api,
            "audit_trails": AuditTrailReader(folder=self.settings.audit_trails),
        }

    def execute(self, sql: str, **values: object) -> Any:
        with self.engine.begin() as connection:
            result = connection.execute(sa.text(sql), values)
            return result.all() if result.returns_rows else None

    def land_golden_day(self) -> None:
        for delivery in golden.DELIVERIES:
            if not delivery.accepted:
                continue
            file = self.landing.add(golden.WORKSTATION_USER_ID, delivery.session, delivery.events)
            self.execute(
                """
                insert into governance.landings (file_name, event_count, first_occurred_at, last_occurred_at)
                values (:name, :count, :first, :last)
                """,
                name=file.name,
                count=len(delivery.events),
                first=from_microseconds(file.first_us),
                last=from_microseconds(file.last_us),
            )

    def request_mining_job(self) -> int:
        rows = self.execute(
            """
            insert into governance.mining_jobs (project_id, rule_set_version, requested_by, requested_at)
            values (:project, :version, 1, :at) returning mining_job_id
            """,
            project=PROJECT_ID,
            version=RULE_SET_VERSION,
            at=golden.at("18:00:00"),
        )
        return int(rows[0][0])

    def _fill(self) -> None:
        starts_us, ends_us = windows_of_dates(golden.COLLECTION_STARTS_ON, golden.COLLECTION_ENDS_ON, golden.TIME_ZONE)
        self.execute(
            "insert into governance.accounts (account_id, login, login_key, display_name)"
            " values (1, 'ana', 'ana', 'Ana')"
        )
        self.execute(
            """
            insert into governance.workstation_users (workstation_user_id, login, login_key, display_name, time_zone)
            values (:id, :login, :login, :name, :zone), (99, 'nora', 'nora', 'Nora Nohow', :zone)
            """,
            id=golden.WORKSTATION_USER_ID,
            login=golden.LOGIN,
            name=golden.DISPLAY_NAME,
            zone=golden.TIME_ZONE,
        )
        self.execute(
            """
            insert into governance.projects (
                project_id, name, starts_on, ends_on, goals, collection_cadence, stage, anonymization_level, alias_key,
                created_by, last_opened_at
            ) values (
                :id, 'Golden', :day, :day, '{}', 'continuous', 'collecting', 'anonymized_code', :key, 1, :opened
            )
            """,
            id=PROJECT_ID,
            day=golden.DAY,
            key=bytes(32),
            opened=datetime.now(UTC),
        )
        self.execute("insert into governance.project_workstation_users values (:id, 1), (:id, 99)", id=PROJECT_ID)
        self._fill_approval(from_microseconds(starts_us), from_microseconds(ends_us or 0))
        self._fill_rules()

    def _fill_approval(self, starts_at: datetime, ends_at: datetime) -> None:
        self.execute(
            """
            insert into governance.data_requests (
                data_request_id, name, purpose, starts_on, ends_on, project_id, requested_by
            ) values (1, 'Golden', 'To see', :day, :day, :project, 1)
            """,
            day=golden.DAY,
            project=PROJECT_ID,
        )
        self.execute(
            """
            insert into governance.approvals (
                approval_id, data_request_id, workstation_user_id, decision, decided_by, decided_at, decision_seq
            ) values (1, 1, 1, 'approved', 1, now(), nextval('governance.decision_seq'))
            """
        )
        self.execute(
            "insert into governance.collection_windows (approval_id, workstation_user_id, starts_at, ends_at)"
            " values (1, 1, :starts, :ends)",
            starts=starts_at,
            ends=ends_at,
        )
        self.execute(
            "insert into governance.consents (approval_id, workstation_user_id, answer, text, answered_at)"
            " values (1, 1, 'accepted', 'Yes?', now())"
        )

    def _fill_rules(self) -> None:
        self.execute(
            "insert into governance.rule_sets (rule_set_version, note) values (:version, 'golden')",
            version=RULE_SET_VERSION,
        )
        for rule in golden.RULES.rules:
            self.execute(
                """
                insert into governance.categorization_rules values (
                    :version, :rank, :name, cast(:condition as jsonb), :kind, :category, :application, :window_name
                )
                """,
                version=RULE_SET_VERSION,
                rank=rule.rank,
                name=rule.name,
                condition=json.dumps(condition_to_json(rule.condition)),
                kind=rule.activity_kind,
                category=rule.category,
                application=rule.application,
                window_name=rule.window_name,
            )
        for executable, name in golden.RULES.replacements.items():
            self.execute(
                "insert into governance.application_replacements values (:version, :executable, :name)",
                version=RULE_SET_VERSION,
                executable=executable,
                name=name,
            )
        scope = golden.TASK_SCOPE
        self.execute(
            """
            insert into governance.task_scopes (
                project_id, name, kind, source, table_name, field, start_state, end_state
            ) values (
                :id, :name, 'automated', '{"kind": "csv", "file": "incidents.csv"}', :table, :field, :start, :end
            )
            """,
            id=PROJECT_ID,
            name=scope.name,
            table=scope.table_name,
            field=scope.field,
            start=scope.start_state,
            end=scope.end_state,
        )
