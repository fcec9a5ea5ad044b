"""A running PostgreSQL for the tests that need one: a cluster per worker, a fresh migrated database per module.

With TASK_MINING_REQUIRE_DESKTOP=1 (see `.ci/run`) a test on a desktop or in a browser fails instead of being skipped.
How tests are shared among workers stands in `tests/distribution.py`.
"""

import gc
import os
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from sqlalchemy import Engine
from xdist.remote import Producer

from governance_api.database import build_engine
from governance_api.migrations.upgrade import upgrade
from standalone.ports import free_port
from standalone.postgres.cluster import EmbeddedPostgres
from tests.distribution import FilesTogether, in_order

TEMPLATE = "governance_template"
DESKTOP_MARKS = {"x11", "desktop", "browser", "node"}


def pytest_configure() -> None:
    """Hypothesis times no example: a machine that does something else meanwhile is no failure. Processes that tests
    start keep what they compiled, as they do for `make`.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    settings.register_profile("unhurried", deadline=None)
    settings.load_profile("unhurried")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = in_order(items)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collecting imports a million objects that stay: looking through them took a quarter of its time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    gc.unfreeze()  # else extensions tell at the end of objects that nobody took away


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesTogether:
    return FilesTogether(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    is_required = os.environ.get("TASK_MINING_REQUIRE_DESKTOP") == "1"
    is_skipped = report.skipped and not hasattr(report, "wasxfail")
    if is_required and is_skipped and DESKTOP_MARKS & {mark.name for mark in item.iter_markers()}:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"May not be skipped here (TASK_MINING_REQUIRE_DESKTOP=1). {reason}"
    return report


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[EmbeddedPostgres]:
    """One embedded cluster per worker, started by the first test that asks and gone at its end."""
    with tempfile.TemporaryDirectory(prefix="task-mining-tests-") as folder:
        cluster = EmbeddedPostgres(home=Path(folder), port=free_port())
        cluster.start()
        try:
            _forget_power_failures(cluster)
            yield cluster
        finally:
            cluster.stop()


@pytest.fixture(scope="session")
def migrated_template(postgres_cluster: EmbeddedPostgres) -> str:
    """A database with the newest schema that nobody writes to; copies of it cost milliseconds."""
    _execute(postgres_cluster, "create database {}", TEMPLATE)
    engine = build_engine(postgres_cluster.url(TEMPLATE))
    upgrade(engine)
    engine.dispose()
    return TEMPLATE


@pytest.fixture(scope="module")
def database_url(postgres_cluster: EmbeddedPostgres, migrated_template: str) -> Iterator[str]:
    """The address of a migrated database that belongs to this test module alone."""
    name = f"test_{uuid4().hex[:12]}"
    _execute(postgres_cluster, "create database {} template {} strategy file_copy", name, migrated_template)
    yield postgres_cluster.url(name)
    _execute(postgres_cluster, "drop database {} with (force)", name)


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[Engine]:
    engine = build_engine(database_url)
    yield engine
    engine.dispose()


def _forget_power_failures(cluster: EmbeddedPostgres) -> None:
    """Making and dropping a database waits for the disk, for seconds where others use it too. Killed processes, which
    tests have, lose nothing by this; what the product's own cluster is set to is in `tests/standalone/postgres/`.
    """
    for statement in ("alter system set fsync = off", "select pg_reload_conf()"):
        _execute(cluster, statement)


def _execute(cluster: EmbeddedPostgres, statement: str, *names: str) -> None:
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))
