"""Reads audit trails of other systems: CSV files in one folder, or tables of one database.

Add a source here when `domain.tasks.task_scopes` knows another kind.
"""

from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

import sqlalchemy as sa

from domain.tasks.audit_trails import COLUMNS, AuditTrailRow, parse_audit_trail
from domain.tasks.task_scopes import CsvSource, SqlSource
from pipelines.mining.facts.project import MiningFacts


class AuditTrailError(RuntimeError):
    """An audit trail that a task scope names cannot be read."""


@dataclass(frozen=True, kw_only=True)
class AuditTrailReader:
    """Where audit trails are. Each source is read once per mining job, however many scopes use it."""

    folder: Path
    database_url: str | None = None

    def complete(self, facts: MiningFacts) -> MiningFacts:
        """The facts with the rows of every automated scope. Raises AuditTrailError or DomainError."""
        read: dict[CsvSource | SqlSource, tuple[AuditTrailRow, ...]] = {}
        trails = {}
        for scope_id, scope in facts.automated_scopes.items():
            if scope.source not in read:
                read[scope.source] = self.read(scope.source)
            trails[scope_id] = read[scope.source]
        return replace(facts, audit_trails=trails)

    def read(self, source: CsvSource | SqlSource) -> tuple[AuditTrailRow, ...]:
        return self._read_file(source.file) if isinstance(source, CsvSource) else self._read_table(source.table)

    def _read_file(self, name: str) -> tuple[AuditTrailRow, ...]:
        path = self.folder / name
        try:
            with path.open(newline="", encoding="utf-8") as lines:
                return tuple(parse_audit_trail(lines, name=name))
        except FileNotFoundError:
            raise AuditTrailError(
                f"The audit trail {name} is not in {self.folder}: put the file there, then mine the project again."
            ) from None
        except UnicodeDecodeError as error:
            raise AuditTrailError(
                f"The audit trail {name} is not UTF-8 (byte {error.start}): export it as UTF-8."
            ) from error

    def _read_table(self, name: str) -> tuple[AuditTrailRow, ...]:
        if self.database_url is None:
            raise AuditTrailError(
                f"The audit trail {name} is a table, but no audit database is named: "
                "set TASK_MINING_AUDIT_DATABASE_URL."
            )
        schema, _, table = name.rpartition(".")
        columns = sa.table(table, *(sa.column(column) for column in COLUMNS), schema=schema or None)
        engine = sa.create_engine(self._url(), poolclass=sa.NullPool)
        try:
            with engine.connect() as connection:
                rows = connection.execute(sa.select(columns)).mappings().all()
        except sa.exc.SQLAlchemyError as error:
            raise AuditTrailError(
                f"The audit trail {name} cannot be read ({type(error).__name__}): give it the columns "
                f"{', '.join(COLUMNS)} and the account of TASK_MINING_AUDIT_DATABASE_URL the right to select."
            ) from error
        return tuple(_row(dict(row), name) for row in rows)

    def _url(self) -> sa.URL:
        url = sa.make_url(self.database_url or "")
        return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _row(values: dict[str, object], trail: str) -> AuditTrailRow:
    changed_at = values["changed_at"]
    if getattr(changed_at, "tzinfo", None) is None:
        raise AuditTrailError(
            f"The audit trail {trail} has a changed_at without time zone ({changed_at!r}): make the column timestamptz."
        )
    names = [column for column in COLUMNS if column != "changed_at"]
    texts = {name: "" if values[name] is None else str(values[name]) for name in names}
    return AuditTrailRow(changed_at=changed_at.astimezone(UTC), **texts)  # type: ignore[attr-defined]
