"""What the environment decides, and what is said when it decides nothing."""

from pathlib import Path

import pytest

from governance_api.database import sqlalchemy_url
from governance_api.settings import settings_from_environment

URL = "postgresql://user:secret@127.0.0.1:8703/task_mining"


def test_the_lake_lies_in_the_home_folder_unless_it_is_put_elsewhere() -> None:
    assert settings_from_environment({"TASK_MINING_DATABASE_URL": URL}).lake == Path(".task-mining/lake")
    elsewhere = {"TASK_MINING_DATABASE_URL": URL, "TASK_MINING_HOME": "/h", "TASK_MINING_LAKE": "/elsewhere"}
    assert settings_from_environment(elsewhere).lake == Path("/elsewhere")


@pytest.mark.parametrize(
    "variable", ["TASK_MINING_HOME", "TASK_MINING_LAKE", "TASK_MINING_AUDIT_TRAILS", "TASK_MINING_AUDIT_FOLDER"]
)
def test_an_object_store_is_refused_instead_of_becoming_a_folder(variable: str) -> None:
    with pytest.raises(ValueError, match=f"{variable} is 's3://bucket/lake', .*: set it to a path"):
        settings_from_environment({"TASK_MINING_DATABASE_URL": URL, variable: "s3://bucket/lake"})


def test_a_missing_database_address_is_named_with_its_remedy() -> None:
    with pytest.raises(ValueError, match="TASK_MINING_DATABASE_URL is not set: set it to"):
        settings_from_environment({})


@pytest.mark.parametrize("address", [URL, URL.replace("postgresql", "postgresql+psycopg2"), f"postgres{URL[10:]}"])
def test_the_driver_is_written_out_whatever_the_address_says(address: str) -> None:
    assert sqlalchemy_url(address) == URL.replace("postgresql", "postgresql+psycopg")


@pytest.mark.parametrize("address", ["", "sqlite:///x.db", "127.0.0.1:5432"])
def test_an_address_of_another_database_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="set TASK_MINING_DATABASE_URL to"):
        sqlalchemy_url(address)
