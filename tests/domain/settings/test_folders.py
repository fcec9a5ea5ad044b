"""Folders in the environment: what is a path of this machine, and what is none."""

from pathlib import Path

import pytest

from domain.errors import DomainError
from domain.settings.folders import folder_from

ADDRESSES = [
    *("s3://bucket/lake", "S3://bucket", "gs://bucket/lake", "abfss://lake@account.dfs.core.windows.net/"),
    *("file:///srv/lake", "https://storage.example/lake", "hdfs://name:8020/lake", "s3:/bucket/lake", "  s3://bucket"),
    *("git+ssh://host/lake", "r2://bucket"),
]
"""Some as they look after somebody made a path of them."""


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_refused_with_what_to_set_instead(address: str) -> None:
    with pytest.raises(DomainError, match=r"TASK_MINING_LAKE is '.+', an address, .*: set it to a path, such as /srv"):
        folder_from({"TASK_MINING_LAKE": address}, "TASK_MINING_LAKE", Path("lake"))


@pytest.mark.parametrize("path", ["/srv/lake", "lake", "../lake", "C:/lake", "/srv/s3://odd", "~/lake", "a:b"])
def test_a_path_is_taken_as_it_is_written(path: str) -> None:
    assert folder_from({"TASK_MINING_LAKE": path}, "TASK_MINING_LAKE", Path("other")) == Path(path)


@pytest.mark.parametrize("environment", [{}, {"TASK_MINING_LAKE": ""}, {"TASK_MINING_LAKE": " "}])
def test_what_is_not_set_is_the_default(environment: dict[str, str]) -> None:
    assert folder_from(environment, "TASK_MINING_LAKE", Path("lake")) == Path("lake")
