"""Settings: defaults, what the environment overrides, and sentences for values that cannot be."""

import stat
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from domain.database_roles import DatabaseRole
from standalone.errors import StandaloneError
from standalone.processes.environments import process_environment
from standalone.settings import settings_from_environment


def test_everything_lives_in_the_state_folder_unless_told_otherwise(tmp_path: Path) -> None:
    settings = settings_from_environment({"TASK_MINING_HOME": str(tmp_path), "TASK_MINING_LAKE": str(tmp_path / "far")})
    assert settings.audit_trails == tmp_path / "audit_trails"
    assert settings.lake == tmp_path / "far"
    assert settings.logs == tmp_path / "logs"


def test_passwords_are_generated_once_and_kept_from_other_eyes(tmp_path: Path) -> None:
    first = settings_from_environment({"TASK_MINING_HOME": str(tmp_path)})
    second = settings_from_environment({"TASK_MINING_HOME": str(tmp_path)})
    assert first.passwords == second.passwords
    assert len({*vars(first.passwords).values()}) == len(vars(first.passwords))
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "passwords").iterdir()} == {0o600}


def test_a_given_password_is_taken_and_not_written_down(tmp_path: Path) -> None:
    settings = settings_from_environment({"TASK_MINING_HOME": str(tmp_path), "TASK_MINING_ADMIN_PASSWORD": "given"})
    assert settings.passwords.admin == "given"
    assert not (tmp_path / "passwords" / "admin").exists()


@pytest.mark.parametrize("port", ["0", "65536", "web", "-1"])
def test_a_port_that_is_none_is_refused_with_the_variable(tmp_path: Path, port: str) -> None:
    with pytest.raises(StandaloneError, match=r"TASK_MINING_DAGSTER_PORT is .*: set it to a number from 1 to 65535"):
        settings_from_environment({"TASK_MINING_HOME": str(tmp_path), "TASK_MINING_DAGSTER_PORT": port})


def test_a_state_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StandaloneError, match="set TASK_MINING_HOME to a folder of yours"):
        settings_from_environment({"TASK_MINING_HOME": str(tmp_path / "file" / "home")})


@pytest.mark.parametrize(
    ("variable", "name", "sign"),
    [("TASK_MINING_LAKE", "lake [1]", "\\["), ("TASK_MINING_SUPERSET_ENVIRONMENT", "100% superset", "%")],
)
def test_a_folder_whose_name_others_take_for_a_pattern_is_refused_with_the_sign(
    tmp_path: Path, variable: str, name: str, sign: str
) -> None:
    with pytest.raises(StandaloneError, match=f"has {sign} in its name, .*: use a folder without"):
        settings_from_environment({"TASK_MINING_HOME": str(tmp_path), variable: str(tmp_path / name)})


@pytest.mark.parametrize("variable", ["TASK_MINING_HOME", "TASK_MINING_LAKE", "TASK_MINING_AUDIT_TRAILS"])
def test_an_object_store_is_refused_and_no_folder_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StandaloneError, match=f"{variable} is 's3://bucket/lake', .*: set it to a path"):
        settings_from_environment({"TASK_MINING_HOME": str(tmp_path / "home"), variable: "s3://bucket/lake"})
    assert not (tmp_path / "s3:").exists()


def test_a_given_database_server_replaces_the_embedded_one(tmp_path: Path) -> None:
    settings = settings_from_environment(
        {
            "TASK_MINING_HOME": str(tmp_path),
            "TASK_MINING_DATABASE_URL": "postgresql://owner:secret@db.example:5432/mining?sslmode=require",
            "TASK_MINING_DASHBOARDS_PASSWORD": "reading",
        }
    )
    dagster = urlsplit(settings.database_url_of(DatabaseRole.DAGSTER))
    assert (dagster.username, dagster.hostname, dagster.path) == ("task_mining_dagster", "db.example", "/dagster")
    assert dagster.password == (tmp_path / "passwords" / "database_task_mining_dagster").read_text()
    reading = "postgresql://dashboards_reader:reading@db.example:5432/mining?sslmode=require"
    assert settings.database_url_of(DatabaseRole.DEPLOYMENT) == reading


def test_dagster_and_superset_are_told_their_driver(tmp_path: Path) -> None:
    settings = settings_from_environment({"TASK_MINING_HOME": str(tmp_path)})
    dagster, superset = (process_environment(settings, name) for name in ("dagster", "superset"))
    assert dagster["DAGSTER_DATABASE_URL"].startswith("postgresql+psycopg2://task_mining_dagster:")
    assert superset["SUPERSET_METADATA_URI"].startswith("postgresql+psycopg2://task_mining_superset:")


def test_a_state_folder_that_others_could_read_becomes_its_owners_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "passwords").mkdir(parents=True)
    home.chmod(0o755)
    (home / "passwords").chmod(0o755)
    settings_from_environment({"TASK_MINING_HOME": str(home)})
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (home, home / "passwords")] == [0o700, 0o700]
