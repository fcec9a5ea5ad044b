"""Exports: one project's rows of the published tables, as the reading role sees them."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import psycopg
import pytest

from standalone.databases import ensure_databases
from standalone.errors import StandaloneError
from standalone.exporting import ExportFormat, export_tables
from standalone.ports import free_port
from standalone.processes import dashboards_database_url
from standalone.settings import Settings, settings_from_environment
from standalone.timeline import Timeline


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home = tmp_path_factory.mktemp("home")
    settings = settings_from_environment({"TASK_MINING_HOME": str(home), "TASK_MINING_POSTGRES_PORT": str(free_port())})
    settings.postgres.start()
    ensure_databases(settings)
    ensure_databases(settings)
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("create table marts.hours (project_id int, category text, seconds bigint)")
        connection.execute("insert into marts.hours values (1, 'Mail, inbox', 3600), (2, 'Mail', 60)")
    yield settings
    settings.postgres.stop()


def _export(settings: Settings, folder: Path, export_format: ExportFormat, *tables: str) -> list[Path]:
    with Timeline().step("Export") as step:
        return export_tables(
            dashboards_database_url(settings),
            1,
            tables=list(tables),
            export_format=export_format,
            folder=folder,
            step=step,
        )


def test_a_csv_export_holds_the_projects_rows_only(settings: Settings, tmp_path: Path) -> None:
    (file,) = _export(settings, tmp_path, ExportFormat.CSV)
    with file.open(newline="") as lines:
        assert list(csv.DictReader(lines)) == [{"project_id": "1", "category": "Mail, inbox", "seconds": "3600"}]


def test_a_parquet_export_keeps_the_types(settings: Settings, tmp_path: Path) -> None:
    (file,) = _export(settings, tmp_path, ExportFormat.PARQUET, "hours")
    assert pd.read_parquet(file).to_dict("records") == [{"project_id": 1, "category": "Mail, inbox", "seconds": 3600}]


def test_a_table_that_is_not_published_is_refused_with_those_that_are(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(StandaloneError, match="no published table pg_authid: name one of hours"):
        _export(settings, tmp_path / "none", ExportFormat.CSV, "pg_authid")
    assert not (tmp_path / "none").exists()


def test_the_reading_role_can_read_and_nothing_else(settings: Settings) -> None:
    with psycopg.connect(dashboards_database_url(settings)) as connection:
        assert connection.execute("select count(*) from marts.hours").fetchone() == (2,)
        with pytest.raises(psycopg.errors.Error):
            connection.execute("delete from marts.hours")
