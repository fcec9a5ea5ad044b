"""Deployments follow one another, also when one before was killed."""

import threading

import psycopg
import pytest

from pipelines.dashboards import deployment_lock
from pipelines.dashboards.deployment_lock import LOCK, sole_deployment
from pipelines.dashboards.errors import DashboardsError


def test_a_second_deployment_waits_for_the_first(database_url: str) -> None:
    steps: list[str] = []

    def deploy_second() -> None:
        with sole_deployment(database_url):
            steps.append("second")

    second = threading.Thread(target=deploy_second)
    with sole_deployment(database_url), psycopg.connect(database_url, autocommit=True) as observer:
        second.start()
        while not observer.execute("select 1 from pg_locks where locktype = 'advisory' and not granted").fetchone():
            assert second.is_alive()
        steps.append("first")
    second.join()
    assert steps == ["first", "second"]


def test_a_deployment_that_was_killed_holds_nobody_up(database_url: str) -> None:
    killed = psycopg.connect(database_url, autocommit=True)
    killed.execute(LOCK)
    killed.close()
    with sole_deployment(database_url):
        pass


def test_a_deployment_that_never_ends_is_named(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment_lock, "PATIENCE", "50ms")
    with (
        sole_deployment(database_url),
        pytest.raises(DashboardsError, match=r"look at the runs of deploy_dashboards"),
        sole_deployment(database_url),
    ):
        pass


def test_a_database_that_cannot_be_reached_is_named() -> None:
    with (
        pytest.raises(DashboardsError, match="check TASK_MINING_DASHBOARDS_DATABASE_URL"),
        sole_deployment("postgresql://nobody:x@127.0.0.1:1/none"),
    ):
        pass
