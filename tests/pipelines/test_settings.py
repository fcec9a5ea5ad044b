"""What the environment says to the pipelines, and what is refused."""

import pytest

from domain.errors import DomainError
from pipelines.settings import dbt_target_folder, read_settings

ENVIRONMENT = {
    "TASK_MINING_DATABASE_URL": "postgresql://user:secret@127.0.0.1:8703/task_mining",
    "TASK_MINING_PIPELINES_TOKEN": "token",
}


@pytest.mark.parametrize("variable", ["TASK_MINING_HOME", "TASK_MINING_LAKE", "TASK_MINING_AUDIT_TRAILS"])
def test_an_object_store_is_refused_instead_of_becoming_a_folder(variable: str) -> None:
    with pytest.raises(DomainError, match=f"{variable} is 's3://bucket/lake', .*: set it to a path"):
        read_settings({**ENVIRONMENT, variable: "s3://bucket/lake"})


def test_the_folder_of_compiled_models_is_no_object_store_either() -> None:
    with pytest.raises(DomainError, match=r"TASK_MINING_HOME is 's3://bucket', .*: set it to a path"):
        dbt_target_folder({"TASK_MINING_HOME": "s3://bucket"})
