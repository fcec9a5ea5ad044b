"""Marts and their documentation: the YAML of dbt, the models and the tables of PostgreSQL name the same columns."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from domain.assignments.terms import Visibility
from pipelines.mining.lake.files import Lake
from pipelines.publishing.swap import (
    PublishingError,
    count_published,
    publish_project,
    published_projects,
    withdraw_projects,
)
from pipelines.publishing.tables import AGGREGATES, POSTGRES_TYPES, read_mart_tables
from pipelines.steps.days import process_days
from pipelines.steps.project import mine_project
from tests.fixtures.generated_facts import PROJECT_ID, collection_facts, mining_facts
from tests.fixtures.generated_landing import GeneratedLanding, generate_landing
from tests.pipelines.builders import dbt_builder

TABLES = read_mart_tables()


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """One mined project of two people and one day."""
    lake = Lake(tmp_path_factory.mktemp("lake"))
    landing: GeneratedLanding = generate_landing(lake.root, events=2_000, people=2, days=1)
    process_days(lake, collection_facts(landing), dbt_builder())
    mine_project(lake, mining_facts(landing), dbt_builder())
    return lake


def published(lake: Lake, database_url: str, *, visibility: Visibility = Visibility.INDIVIDUAL) -> dict[str, int]:
    return publish_project(lake, TABLES, project_id=PROJECT_ID, visibility=visibility, database_url=database_url)


def test_every_aggregate_has_a_model_and_every_model_its_documentation() -> None:
    models = {(path.parent.name, path.stem) for path in AGGREGATES.glob("*/*.sql")}
    assert models == {(table.analysis, table.name) for table in TABLES}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_begins_with_its_project_and_names_nobody(table: object) -> None:
    names = [column.name for column in table.columns]  # type: ignore[attr-defined]
    assert names[:2] == ["project_id", "project_name"]
    assert not {"workstation_user_id", "login", "display_name"} & set(names)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_has_a_type_and_seconds_have_a_unit(table: object) -> None:
    for column in table.columns:  # type: ignore[attr-defined]
        assert column.data_type in POSTGRES_TYPES
        assert column.description
    text = next(AGGREGATES.glob(f"{table.analysis}/*.yml")).read_text()  # type: ignore[attr-defined]
    for line in text.splitlines():
        assert "_seconds, data_type" not in line or "unit: s" in line, line


def test_published_tables_have_exactly_the_documented_columns(lake: Lake, database_url: str) -> None:
    counts = published(lake, database_url)
    assert counts["overall_activity_days"] >= 2
    with psycopg.connect(database_url) as connection:
        found = connection.execute("""
            select table_name, column_name, data_type from information_schema.columns
            where table_schema = 'marts' order by table_name, ordinal_position
        """).fetchall()
        comments = connection.execute("""
            select count(*) from pg_description
            inner join pg_class on pg_class.oid = pg_description.objoid
            where pg_class.relnamespace = 'marts'::regnamespace and objsubid > 0
        """).fetchone()
    documented = sorted((table.name, column.name) for table in TABLES for column in table.columns)
    assert sorted((table, column) for table, column, _ in found) == documented
    assert comments == (len(documented),)


def test_one_nul_in_one_title_stops_no_publication(lake: Lake, database_url: str) -> None:
    path = lake.project_file("aggregates/overall_activity/overall_activity_windows", PROJECT_ID)
    sound = pq.ParquetFile(path).read()
    names = sound["window_name"].to_pylist()
    odd = pa.array([f"a\0{names[0]}", *names[1:]], pa.string())
    pq.write_table(sound.set_column(sound.column_names.index("window_name"), "window_name", odd), path)
    published(lake, database_url)
    with psycopg.connect(database_url) as connection:
        found = connection.execute(
            "select count(*) from marts.overall_activity_windows where window_name like 'a\ufffd%'"
        )
        assert found.fetchone() == (1,)
    pq.write_table(sound, path)
    published(lake, database_url)


def test_publishing_again_replaces_the_project_and_leaves_others_alone(lake: Lake, database_url: str) -> None:
    published(lake, database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute("insert into marts.overall_activity_kinds (project_id, seconds) values (99, 1)")
    before = count_published(TABLES, project_ids=[PROJECT_ID, 99], database_url=database_url)
    published(lake, database_url)
    assert count_published(TABLES, project_ids=[PROJECT_ID, 99], database_url=database_url) == before
    assert published_projects(TABLES, database_url=database_url) == {PROJECT_ID, 99}
    gone = withdraw_projects(TABLES, project_ids=[99], database_url=database_url)
    assert {name: count for name, count in gone.items() if count} == {"overall_activity_kinds": 1}


def test_columns_of_an_aggregate_are_found_by_name(lake: Lake, database_url: str) -> None:
    path = lake.project_file("aggregates/overall_activity/overall_activity_kinds", PROJECT_ID)
    aggregate = pq.ParquetFile(path).read()

    def rows() -> list[tuple[object, ...]]:
        published(lake, database_url)
        with psycopg.connect(database_url) as connection:
            return connection.execute("select * from marts.overall_activity_kinds order by 3, 4, 5, 6").fetchall()

    before = rows()
    pq.write_table(aggregate.select(aggregate.column_names[::-1]), path)
    after = rows()
    pq.write_table(aggregate, path)
    assert before
    assert after == before


@pytest.fixture
def recorded_ddl(database_url: str) -> Iterator[Callable[[], list[str]]]:
    """Every DDL statement on `marts` from now on, as PostgreSQL records it; temporary tables are no part of it."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("create table public.recorded_ddl (statement text)")
        connection.execute("""
            create function public.record_ddl() returns event_trigger language plpgsql as $$
            begin insert into public.recorded_ddl values (current_query()); end $$
        """)
        connection.execute("create event trigger recording on ddl_command_start execute function public.record_ddl()")
        yield lambda: [
            statement
            for (statement,) in connection.execute("select statement from public.recorded_ddl").fetchall()
            if "marts" in statement
        ]
        connection.execute("drop event trigger recording")
        connection.execute("drop function public.record_ddl()")
        connection.execute("drop table public.recorded_ddl")


def test_a_column_that_was_added_in_the_middle_costs_ddl_once(
    lake: Lake, database_url: str, recorded_ddl: Callable[[], list[str]]
) -> None:
    published(lake, database_url)
    with psycopg.connect(database_url) as connection:
        # The tables as an earlier release left them, without a column that the YAML now has in the middle.
        connection.execute("alter table marts.overall_activity_days drop column day")
    published(lake, database_url)
    after_the_addition = recorded_ddl()
    assert any("add column" in statement for statement in after_the_addition)
    published(lake, database_url)
    assert recorded_ddl() == after_the_addition


def test_a_column_of_another_type_becomes_what_is_documented_and_costs_ddl_once(
    lake: Lake, database_url: str, recorded_ddl: Callable[[], list[str]]
) -> None:
    published(lake, database_url)
    with psycopg.connect(database_url) as connection:
        for (policy,) in connection.execute(
            "select polname from pg_policy where polrelid = 'marts.overall_activity_days'::regclass"
        ).fetchall():
            connection.execute(f"drop policy {policy} on marts.overall_activity_days".encode())
        connection.execute("alter table marts.overall_activity_days alter column project_id type bigint")
        connection.execute("create policy rows_of_own_projects on marts.overall_activity_days using (project_id = 1)")
    published(lake, database_url)
    after_the_change = recorded_ddl()
    with psycopg.connect(database_url) as connection:
        found = connection.execute(
            "select data_type from information_schema.columns where table_schema = 'marts' "
            "and table_name = 'overall_activity_days' and column_name = 'project_id'"
        ).fetchone()
    assert found == ("integer",)
    published(lake, database_url)
    assert recorded_ddl() == after_the_change


def test_a_project_of_groups_publishes_the_same_figures_and_no_alias(lake: Lake, database_url: str) -> None:
    columns = [(table.name, column.name) for table in TABLES for column in table.columns if column.data_type == "text"]

    def found(query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(database_url) as connection:
            return connection.execute(query.encode()).fetchall()

    def texts() -> set[object]:
        return {text for table, column in columns for (text,) in found(f"select distinct {column} from marts.{table}")}

    figures = "select count(distinct alias), sum(active_seconds), count(*) from marts.overall_activity_days"
    user_days = "select count(distinct user_day), count(distinct used_user_day) from marts.task_activity_applications"
    published(lake, database_url)
    aliases = [str(alias) for (alias,) in found("select distinct alias from marts.overall_activity_days")]
    as_persons = found(figures), found(user_days)
    published(lake, database_url, visibility=Visibility.GROUP)
    assert (found(figures), found(user_days)) == as_persons
    assert [text for text in texts() for alias in aliases if text and alias in str(text)] == []


def test_a_missing_aggregate_publishes_nothing(lake: Lake, database_url: str) -> None:
    before = count_published(TABLES, project_ids=[PROJECT_ID], database_url=database_url)
    path: Path = lake.project_file("aggregates/task_activity/task_activity_timeline", PROJECT_ID)
    away = path.rename(path.with_suffix(".away"))
    try:
        with pytest.raises(PublishingError, match="task_activity_timeline of project 1 is missing"):
            published(lake, database_url)
    finally:
        away.rename(path)
    assert count_published(TABLES, project_ids=[PROJECT_ID], database_url=database_url) == before
