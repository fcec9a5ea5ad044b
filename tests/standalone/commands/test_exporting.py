"""Exports: one project's rows of the published tables, as the reading role sees them."""

import csv
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import psycopg
import pytest

from domain.database_roles import DatabaseRole
from governance_api.app import create_app
from governance_api.bootstrap import bootstrap
from governance_api.clock import utc_now
from governance_api.database import build_engine
from governance_api.migrations.upgrade import upgrade
from governance_api.settings import Settings as ApiSettings
from standalone.commands.exporting import ExportFormat, chosen_tables, export, reading, without_formula, write_tables
from standalone.errors import StandaloneError
from standalone.governance.api import Api, ApiRefusalError
from standalone.ports import free_port
from standalone.postgres.databases import ensure_databases
from standalone.processes.environments import PREPARATION, process_environment
from standalone.settings import Settings, settings_from_environment
from standalone.timeline import Timeline
from tests.governance_api.serving import serving

STRANGER = "correct horse battery"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home = tmp_path_factory.mktemp("home")
    settings = settings_from_environment({"TASK_MINING_HOME": str(home), "TASK_MINING_POSTGRES_PORT": str(free_port())})
    settings.postgres.start()
    ensure_databases(settings)
    ensure_databases(settings)
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("create table marts.hours (project_id int, category text, seconds bigint)")
        connection.execute("grant select on marts.hours to dashboards_reader")
        connection.execute("insert into marts.hours values (1, 'Mail, inbox', 3600), (2, 'Mail', 60)")
    yield settings
    settings.postgres.stop()


@pytest.fixture(scope="module")
def governed(settings: Settings) -> Iterator[Settings]:
    """The settings where a governance API answers, with project 1 of the admin and an analyst who may not see it."""
    engine = build_engine(settings.database_url)
    upgrade(engine)
    bootstrap(engine, process_environment(settings, PREPARATION), now=utc_now())
    app = create_app(ApiSettings(database_url=settings.database_url, lake=settings.lake), engine=engine)
    with serving(app) as address:
        port = address.rpartition(":")[2]
        with Api(address).sign_in("admin", settings.passwords.admin) as api:
            dates = {"starts_on": "2026-03-02", "ends_on": "2026-03-13", "goals": ["overall_activity"]}
            assert api.post("/projects", {"name": "Service Desk", **dates})["project_id"] == 1
            stranger = {"login": "eve", "display_name": "Eve", "password": STRANGER, "roles": ["analyst"]}
            api.post("/accounts", stranger)
        yield replace(settings, ports=replace(settings.ports, api=int(port)))
    engine.dispose()


def _write(settings: Settings, folder: Path, export_format: ExportFormat, *tables: str) -> list[Path]:
    with reading(settings.database_url_of(DatabaseRole.DEPLOYMENT)) as marts, Timeline().step("Export") as step:
        chosen = chosen_tables(marts, list(tables))
        return write_tables(marts, 1, tables=chosen, export_format=export_format, folder=folder, step=step)


def _export(
    settings: Settings, folder: Path, *, login: str, password: str, project: str = "Service Desk"
) -> list[Path]:
    return export(
        settings,
        Timeline(),
        project,
        login=login,
        password=password,
        tables=[],
        export_format=ExportFormat.CSV,
        folder=folder,
    )


def _entries(settings: Settings) -> list[tuple[str, str, list[str]]]:
    with psycopg.connect(settings.database_url) as connection:
        return connection.execute(
            "select accounts.login, noun_id, facts -> 'tables' from governance.audit_entries"
            " inner join governance.accounts using (account_id) where tag = 'project:exported' order by audit_entry_id"
        ).fetchall()


def test_nobody_exports_what_they_may_not_see_and_nothing_is_written(governed: Settings, tmp_path: Path) -> None:
    with pytest.raises(ApiRefusalError):
        _export(governed, tmp_path, login="admin", password="guessed")
    with pytest.raises(StandaloneError, match="no project 'Service Desk'"):
        _export(governed, tmp_path, login="eve", password=STRANGER)
    assert _entries(governed) == []
    assert list(tmp_path.iterdir()) == []


def test_an_export_is_on_the_record_under_the_account_that_exports(governed: Settings, tmp_path: Path) -> None:
    (file,) = _export(governed, tmp_path, login="admin", password=governed.passwords.admin)
    assert file == tmp_path / "service_desk" / "hours.csv"
    assert _entries(governed) == [("admin", "1", ["hours"])]


def test_what_cannot_be_put_on_the_record_does_not_leave(governed: Settings, tmp_path: Path) -> None:
    refuse = "alter table governance.audit_entries add constraint full_up check (tag <> 'project:exported') not valid"
    before = _entries(governed)
    with psycopg.connect(governed.database_url) as connection:
        connection.execute(refuse)
    with pytest.raises(ApiRefusalError):
        _export(governed, tmp_path, login="admin", password=governed.passwords.admin)
    with psycopg.connect(governed.database_url) as connection:
        connection.execute("alter table governance.audit_entries drop constraint full_up")
    assert _entries(governed) == before
    assert list(tmp_path.iterdir()) == []


def test_a_csv_export_holds_the_projects_rows_only(settings: Settings, tmp_path: Path) -> None:
    (file,) = _write(settings, tmp_path, ExportFormat.CSV)
    with file.open(newline="") as lines:
        assert list(csv.DictReader(lines)) == [{"project_id": "1", "category": "Mail, inbox", "seconds": "3600"}]


def test_an_export_is_its_owners_alone_also_over_an_older_file(settings: Settings, tmp_path: Path) -> None:
    (file,) = _write(settings, tmp_path / "exports", ExportFormat.CSV)
    file.chmod(0o644)
    for export_format in ExportFormat:
        (file,) = _write(settings, tmp_path / "exports", export_format, "hours")
        assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "\r", "\n", "＝"])
def test_no_cell_of_a_csv_is_computed_by_a_spreadsheet(begin: str) -> None:
    assert without_formula(f"{begin}HYPERLINK(1)") == f"'{begin}HYPERLINK(1)"
    assert [without_formula(value) for value in ("Mail = inbox", -3, -0.5, None)] == ["Mail = inbox", -3, -0.5, None]


def test_a_formula_in_a_table_leaves_as_text(settings: Settings, tmp_path: Path) -> None:
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("create table marts.titles (project_id int, title text, seconds int)")
        connection.execute("grant select on marts.titles to dashboards_reader")
        connection.execute("insert into marts.titles values (1, '=2+5', -1)")
    (file,) = _write(settings, tmp_path, ExportFormat.CSV, "titles")
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("drop table marts.titles")
    assert file.read_text() == "project_id,title,seconds\n1,'=2+5,-1\n"


def test_a_parquet_export_keeps_the_types(settings: Settings, tmp_path: Path) -> None:
    (file,) = _write(settings, tmp_path, ExportFormat.PARQUET, "hours")
    assert pd.read_parquet(file).to_dict("records") == [{"project_id": 1, "category": "Mail, inbox", "seconds": 3600}]


def test_a_table_that_is_not_published_is_refused_with_those_that_are(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(StandaloneError, match="no published table pg_authid: name one of hours"):
        _write(settings, tmp_path / "none", ExportFormat.CSV, "pg_authid")
    assert not (tmp_path / "none").exists()


def test_the_reading_role_can_read_and_nothing_else(settings: Settings) -> None:
    with psycopg.connect(settings.database_url_of(DatabaseRole.DEPLOYMENT)) as connection:
        assert connection.execute("select count(*) from marts.hours").fetchone() == (2,)
        with pytest.raises(psycopg.errors.Error):
            connection.execute("delete from marts.hours")
