"""`task-mining export`: writes a project's published tables to CSV or Parquet files.

It reads through the role that sees the schema `marts` only. Add a file format in `ExportFormat` and `_write`.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

from domain.database_roles import DatabaseRole
from standalone.errors import StandaloneError
from standalone.governance.api import Api
from standalone.governance.projects import find_project
from standalone.processes.environments import with_driver
from standalone.settings import Settings
from standalone.timeline import Step, Timeline

TABLES = text("select table_name from information_schema.tables where table_schema = 'marts' order by table_name")

#: What a spreadsheet takes for the beginning of a formula, full-width forms included.
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class ExportFormat(StrEnum):
    """What `--format` may say."""

    CSV = "csv"
    PARQUET = "parquet"


def export(
    settings: Settings,
    timeline: Timeline,
    project: str,
    *,
    login: str,
    password: str,
    tables: list[str],
    export_format: ExportFormat,
    folder: Path,
) -> list[Path]:
    """One file per table, with the project's rows only; all published tables when none is named.

    The account's announcement is in the audit log before the first row is read: no entry, no export.
    """
    with Api(settings.api_url) as api, reading(settings.database_url_of(DatabaseRole.DEPLOYMENT)) as marts:
        found = find_project(api.sign_in(login, password), project)
        chosen = chosen_tables(marts, tables)
        api.post(f"/projects/{found['project_id']}/exports", {"tables": chosen, "file_format": export_format})
        with timeline.step(f"Export of {found['name']}") as step:
            return write_tables(
                marts,
                found["project_id"],
                tables=chosen,
                export_format=export_format,
                folder=folder / re.sub(r"\W+", "_", found["name"]).strip("_").lower(),
                step=step,
            )


@contextmanager
def reading(reader_url: str) -> Iterator[Connection]:
    """A connection of the role that sees the schema `marts` only."""
    engine = create_engine(with_driver(reader_url, "psycopg"))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def chosen_tables(marts: Connection, tables: list[str]) -> list[str]:
    """The tables to export; raises StandaloneError for one that is not published."""
    published = [str(name) for (name,) in marts.execute(TABLES)]
    if unknown := [table for table in tables if table not in published]:
        raise StandaloneError(
            f"There is no published table {', '.join(unknown)}: name one of {', '.join(published) or 'none yet'}, "
            "or mine a project first."
        )
    if not published:
        raise StandaloneError("Nothing is published yet: run `task-mining mine` first.")
    return tables or published


def write_tables(
    marts: Connection, project_id: int, *, tables: list[str], export_format: ExportFormat, folder: Path, step: Step
) -> list[Path]:
    """One file per table in `folder`, which is made when it is missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = []
    for number, table in enumerate(tables, start=1):
        files.append(_write(marts, table, project_id, folder, export_format))
        step.report(number, len(tables), unit="tables")
    return files


def _write(connection: Connection, table: str, project_id: int, folder: Path, export_format: ExportFormat) -> Path:
    import pandas as pd  # noqa: PLC0415 - two seconds, and only for exports

    rows = pd.read_sql(
        text(f'select * from marts."{table}" where project_id = :id'), connection, params={"id": project_id}
    )
    path = folder / f"{table}.{export_format}"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)  # also a file that was there before
        if export_format is ExportFormat.PARQUET:
            rows.to_parquet(file, index=False)
        else:
            rows.map(without_formula).to_csv(file, index=False)
    return path


def without_formula(value: object) -> object:
    """A text that a spreadsheet would compute gets an apostrophe in front (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_BEGINS) else value
