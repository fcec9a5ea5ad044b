"""Dagster's storage on one machine: it keeps its connections, makes its tables once, and outlives its server."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import psycopg
import pytest

from standalone.ports import free_port
from standalone.postgres.databases import ensure_databases
from standalone.processes.configuration_files import write_configuration_files
from standalone.processes.environments import process_environment
from standalone.settings import Settings, settings_from_environment


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    settings = settings_from_environment(
        {"TASK_MINING_HOME": str(tmp_path), "TASK_MINING_POSTGRES_PORT": str(free_port())}
    )
    settings.postgres.start()
    ensure_databases(settings)
    write_configuration_files(settings, ())
    monkeypatch.setenv("DAGSTER_DATABASE_URL", process_environment(settings, "dagster")["DAGSTER_DATABASE_URL"])
    yield settings
    settings.postgres.stop()


def _connections_opened(settings: Settings) -> int:
    query = "select sessions from pg_stat_database where datname = 'dagster'"
    with psycopg.connect(settings.postgres.url()) as connection:
        row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def test_questions_open_no_connections_and_a_restarted_server_is_found_again(settings: Settings) -> None:
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        assert instance.get_runs_count() == 0
        before = _connections_opened(settings)
        for _ in range(20):
            instance.get_runs_count()
            instance.all_asset_keys()
        assert _connections_opened(settings) - before <= 1
        settings.postgres.stop()
        settings.postgres.start()
        assert instance.get_runs_count() == 0
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as second:
        assert second.get_runs_count() == 0
