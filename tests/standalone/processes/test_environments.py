"""What each process is told: its own role of the database, and no secret of another."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from domain.database_roles import DatabaseRole
from standalone.passwords import without_secrets
from standalone.processes.environments import PREPARATION, SUPERSET_BOOTSTRAP, process_environment
from standalone.processes.supervised import supervised_processes
from standalone.settings import Settings, settings_from_environment

GIVEN = "postgresql://installer:installing@db.example:5432/mining"


@pytest.fixture(params=["", GIVEN], ids=["embedded", "given"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    return settings_from_environment({"TASK_MINING_HOME": str(tmp_path), "TASK_MINING_DATABASE_URL": request.param})


@pytest.mark.parametrize(
    ("process", "roles"),
    [
        (PREPARATION, {DatabaseRole.OWNER}),
        ("governance_api", {DatabaseRole.API}),
        ("code_server", {DatabaseRole.PIPELINES, DatabaseRole.DEPLOYMENT, DatabaseRole.DAGSTER}),
        ("dagster", {DatabaseRole.DAGSTER}),
        ("dagster_daemon", {DatabaseRole.DAGSTER}),
        ("superset", {DatabaseRole.SUPERSET, DatabaseRole.SIGN_IN}),
        (SUPERSET_BOOTSTRAP, {DatabaseRole.SUPERSET, DatabaseRole.SIGN_IN}),
        ("postgres", set()),
        ("health_watch", set()),
    ],
)
def test_a_process_signs_in_to_the_database_as_its_own_roles(
    settings: Settings, process: str, roles: set[DatabaseRole]
) -> None:
    told = process_environment(settings, process).values()
    assert {urlsplit(value).username for value in told if value.startswith("postgresql")} - {None} == roles


def test_nothing_that_stays_is_told_who_sets_the_databases_up(settings: Settings) -> None:
    secret = urlsplit(settings.database_url).password
    assert secret
    for process in supervised_processes(settings):
        told = process_environment(settings, process.name)
        assert not [name for name, value in told.items() if secret in value], process.name


def test_secrets_of_whoever_starts_are_not_handed_on() -> None:
    given = {"TASK_MINING_DATABASE_URL": GIVEN, "TASK_MINING_ADMIN_PASSWORD": "x", "SUPERSET_SECRET_KEY": "x"}
    assert without_secrets(given | {"PATH": "/bin", "UV_INDEX_PASSWORD": "theirs"}) == {
        "PATH": "/bin",
        "UV_INDEX_PASSWORD": "theirs",
    }
