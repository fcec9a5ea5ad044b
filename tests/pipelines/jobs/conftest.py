"""The golden day, built and mined once for each module: a test that changes it puts it back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import dagster as dg
import pytest

from tests.pipelines.golden_runs import GoldenRuns, Result
from tests.pipelines.governed import GoldenGovernance


@pytest.fixture(scope="module")
def runs(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoldenRuns]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield GoldenRuns(GoldenGovernance(database_url, tmp_path_factory.mktemp("home")), instance)


@pytest.fixture(scope="module")
def processed(runs: GoldenRuns) -> Result:
    runs.governed.land_golden_day()
    return runs.build_day()


@dataclass(frozen=True)
class Mined:
    """The first mining of a module, and what the API was told of it."""

    result: Result
    told: list[tuple[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def mined(runs: GoldenRuns, processed: Result) -> Mined:
    first = len(runs.governed.api.told)
    result = runs.mine()
    return Mined(result, runs.told_from(first))
