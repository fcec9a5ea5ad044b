"""The role that Superset reads with: schema marts and nothing else, and not for longer than it may."""

from urllib.parse import urlsplit

import psycopg
import pytest

from pipelines.dashboards.errors import DashboardsError
from pipelines.dashboards.reader_role import ensure_reader_role


@pytest.fixture
def reader_url(database_url: str) -> str:
    parts = urlsplit(database_url)
    host = parts.netloc.rpartition("@")[2]
    url = f"postgresql://dashboards_reader:se%27cret@{host}{parts.path}"
    ensure_reader_role(admin_url=database_url, reader_url=url)
    return url


def test_it_reads_marts_that_are_published_later(database_url: str, reader_url: str) -> None:
    with psycopg.connect(database_url) as publisher:
        publisher.execute("create table marts.overall_activity_probe as select 1 as project_id")
    with psycopg.connect(reader_url) as reader:
        assert reader.execute("select project_id from overall_activity_probe").fetchall() == [(1,)]
    ensure_reader_role(admin_url=database_url, reader_url=reader_url)


def test_it_sees_nothing_of_the_governance_tables(reader_url: str) -> None:
    with psycopg.connect(reader_url) as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute("select login from governance.accounts")


@pytest.mark.parametrize(
    "statement", ["create table marts.x (y int)", "create schema mine", "create table public.x (y int)"]
)
def test_it_writes_nowhere(reader_url: str, statement: str) -> None:
    with psycopg.connect(reader_url) as reader:
        reader.execute("set default_transaction_read_only = off")
        reader.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(statement)


def test_its_statements_end_after_their_time(reader_url: str) -> None:
    with psycopg.connect(reader_url) as reader:
        assert reader.execute("show statement_timeout").fetchone() == ("30s",)
        assert reader.execute("show default_transaction_read_only").fetchone() == ("on",)


def test_an_address_without_a_password_is_refused_with_the_remedy(database_url: str) -> None:
    with pytest.raises(DashboardsError, match="names no login or no password; write it as"):
        ensure_reader_role(admin_url=database_url, reader_url="postgresql://127.0.0.1/task_mining")
