"""The sensor on marts: one deployment for what was published since the last look, and none without a Superset."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from pipelines.definitions import build_definitions
from pipelines.settings import Settings, read_settings
from tests.pipelines.builders import dbt_builder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    named = {
        "TASK_MINING_HOME": str(tmp_path),
        "TASK_MINING_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "TASK_MINING_PIPELINES_TOKEN": "nobody asks for it",
    }
    return replace(read_settings(named), superset_url="http://127.0.0.1:1")


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@dg.asset
def marts() -> None:
    """Stands in for the real one: what counts is that it was materialized."""


def publish(instance: dg.DagsterInstance) -> str:
    return dg.materialize([marts], instance=instance).run_id


def look(
    settings: Settings, instance: dg.DagsterInstance, *, cursor: str | None = None
) -> tuple[list[dg.RunRequest], str | None, str | None]:
    """What is asked for, the cursor afterwards, and why nothing is."""
    resources = {"settings": settings, "dbt": dbt_builder()}
    repository = build_definitions(resources).get_repository_def()
    with dg.build_sensor_context(
        instance=instance, cursor=cursor, resources=resources, repository_def=repository
    ) as context:
        sensor = repository.get_sensor_def("published_marts")
        assert [target.job_name for target in sensor.targets] == ["deploy_dashboards"]
        tick = sensor.evaluate_tick(context)
    return list(tick.run_requests or ()), tick.cursor, tick.skip_message


def test_nothing_published_asks_for_nothing(settings: Settings, instance: dg.DagsterInstance) -> None:
    requests, _, why = look(settings, instance)
    assert requests == []
    assert "No new materialization" in str(why)


def test_published_marts_ask_for_one_deployment(settings: Settings, instance: dg.DagsterInstance) -> None:
    publish(instance)
    latest = publish(instance)
    (request,), cursor, _ = look(settings, instance)
    assert request.run_key == f"marts-{latest}"
    assert look(settings, instance, cursor=cursor)[0] == []


def test_what_is_published_again_is_deployed_again(settings: Settings, instance: dg.DagsterInstance) -> None:
    publish(instance)
    (first,), cursor, _ = look(settings, instance)
    publish(instance)
    (second,), _, _ = look(settings, instance, cursor=cursor)
    assert first.run_key != second.run_key


def test_where_no_superset_is_named_nothing_is_deployed(settings: Settings, instance: dg.DagsterInstance) -> None:
    publish(instance)
    requests, cursor, why = look(replace(settings, superset_url=None), instance)
    assert (requests, why) == ([], "No Superset is named.")
    assert look(settings, instance, cursor=cursor)[0] == []
