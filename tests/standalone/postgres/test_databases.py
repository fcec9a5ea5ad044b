"""Roles per process on a given server whose account is no superuser: who may do what, tried as each of them.

The server has what an installer is asked for in standalone/README.md, and nothing more.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import psycopg
import pytest

from domain.database_roles import DatabaseRole
from governance_api.database import build_engine
from governance_api.migrations.privileges import READ_BY_PIPELINES
from governance_api.migrations.upgrade import upgrade
from standalone.errors import StandaloneError
from standalone.ports import free_port
from standalone.postgres.cluster import EmbeddedPostgres
from standalone.postgres.databases import ensure_databases
from standalone.postgres.functions import revoke_functions
from standalone.postgres.roles import MADE_IN
from standalone.settings import Settings, settings_from_environment

SignIn = Callable[[DatabaseRole], AbstractContextManager[psycopg.Connection]]
INSTALLER = "create role installer login createrole createdb password 'installing'"
SIGNING_IN = [role for role in DatabaseRole if role is not DatabaseRole.VIEWERS]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """Of its own: roles belong to the whole server."""
    cluster = EmbeddedPostgres(home=tmp_path_factory.mktemp("cluster"), port=free_port())
    cluster.start()
    with psycopg.connect(cluster.url(), autocommit=True) as superuser:
        superuser.execute(INSTALLER)
        superuser.execute("create database mining owner installer")
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def settings(cluster: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    address = f"postgresql://installer:installing@127.0.0.1:{cluster.port}/mining"
    environment = {"TASK_MINING_HOME": str(tmp_path_factory.mktemp("home")), "TASK_MINING_DATABASE_URL": address}
    settings = settings_from_environment(environment)
    for _ in range(2):
        ensure_databases(settings)
        engine = build_engine(settings.database_url_of(DatabaseRole.OWNER))
        upgrade(engine)
        engine.dispose()
    return settings


@pytest.fixture(scope="module")
def sign_in(settings: Settings) -> SignIn:
    return lambda role: psycopg.connect(settings.database_url_of(role), autocommit=True)


def test_every_role_signs_in_with_a_password_of_its_own(settings: Settings, sign_in: SignIn) -> None:
    for role in SIGNING_IN:
        with sign_in(role) as connection:
            assert connection.execute("select session_user").fetchone() == (role,)
    assert len({urlsplit(settings.database_url_of(role)).password for role in SIGNING_IN}) == len(SIGNING_IN)


def test_no_role_is_a_superuser_or_looks_past_policies(sign_in: SignIn) -> None:
    powers = "rolsuper or rolbypassrls or rolcreatedb or rolreplication"
    with sign_in(DatabaseRole.API) as connection:
        powerful = connection.execute(f"select rolname from pg_roles where {powers}").fetchall()
        makers = connection.execute("select rolname from pg_roles where rolcreaterole and not rolsuper").fetchall()
    assert {name for (name,) in powerful} <= {"task_mining", "installer"}
    assert {name for (name,) in makers} == {DatabaseRole.OWNER, "installer"}


@pytest.mark.parametrize("role", SIGNING_IN)
def test_a_database_admits_its_own_roles_only(settings: Settings, role: DatabaseRole) -> None:
    for database in {"superset", "dagster", "mining"} - {settings.database_name(MADE_IN[role])}:
        address = urlsplit(settings.database_url_of(role))._replace(path=f"/{database}").geturl()
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(address)


#: What a role may not do, though the product needs it to do something near.
REFUSED = [
    (DatabaseRole.API, "alter table governance.audit_entries disable trigger all"),
    (DatabaseRole.API, "drop trigger audit_entries_are_append_only on governance.audit_entries"),
    (DatabaseRole.API, "create or replace function governance.forbid_change_of_audit_entries() returns trigger"
                       " language plpgsql as 'begin return new; end'"),
    (DatabaseRole.API, "set session_replication_role = replica"),
    (DatabaseRole.API, "update governance.audit_entries set tag = 'x'"),
    (DatabaseRole.API, "delete from governance.audit_entries"),
    (DatabaseRole.API, "truncate governance.audit_entries"),
    (DatabaseRole.API, "update governance.schema_version set version_num = '0001'"),
    (DatabaseRole.API, "create table governance.mine (id int)"),
    (DatabaseRole.API, "create role anybody"),
    (DatabaseRole.API, "set role task_mining_owner"),
    (DatabaseRole.API, "insert into access.viewers values ('task_mining_api', 1)"),
    (DatabaseRole.PIPELINES, "select password_hash from governance.accounts"),
    (DatabaseRole.PIPELINES, "select * from governance.access_tokens"),
    (DatabaseRole.PIPELINES, "select * from governance.audit_entries"),
    (DatabaseRole.PIPELINES, "update governance.projects set name = 'x'"),
    (DatabaseRole.PIPELINES, "create schema mine"),
    (DatabaseRole.PIPELINES, "insert into access.viewers values ('task_mining_pipelines', 1)"),
    (DatabaseRole.DEPLOYMENT, "select * from governance.projects"),
    (DatabaseRole.DEPLOYMENT, "create temporary table kept (id int)"),
    (DatabaseRole.SIGN_IN, "select * from access.viewers"),
    (DatabaseRole.SIGN_IN, "select * from governance.accounts"),
    (DatabaseRole.SIGN_IN, "set role dashboards_viewers"),
    (DatabaseRole.NOBODY, "select access.projects_of('dashboards_nobody')"),
    (DatabaseRole.NOBODY, "set role dashboards_viewers"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "statement"), REFUSED)
def test_a_role_may_not_what_it_need_not(sign_in: SignIn, role: DatabaseRole, statement: str) -> None:
    with (
        sign_in(role) as connection,
        pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)),
    ):
        connection.execute(statement)


def test_the_api_changes_rows_and_the_pipelines_read_them(sign_in: SignIn) -> None:
    with sign_in(DatabaseRole.API) as api:
        api.execute("update governance.configuration_records set value = value")
        api.execute("select pg_advisory_lock(1), nextval('governance.audit_entries_audit_entry_id_seq')")
    with sign_in(DatabaseRole.PIPELINES) as pipelines:
        for table in READ_BY_PIPELINES:
            pipelines.execute(f"select * from governance.{table} limit 1")
        pipelines.execute("create table marts.probe (project_id int)")
        pipelines.execute("create temporary table staging_probe (id int)")
        pipelines.execute("drop table marts.probe")


def test_what_an_earlier_release_left_to_the_superuser_changes_hands(
    cluster: EmbeddedPostgres, settings: Settings, sign_in: SignIn
) -> None:
    with psycopg.connect(cluster.url("mining"), autocommit=True) as superuser:
        superuser.execute("create table marts.former as select 1 as project_id")
        superuser.execute("create table governance.former (former_id bigserial primary key)")
    with psycopg.connect(cluster.url("superset"), autocommit=True) as superuser:
        superuser.execute("create table public.former (id int)")
    as_superuser = settings_from_environment(
        {"TASK_MINING_HOME": str(settings.home), "TASK_MINING_DATABASE_URL": cluster.url("mining")}
    )
    ensure_databases(as_superuser)
    for role, statement in (
        (DatabaseRole.PIPELINES, "drop table marts.former"),
        (DatabaseRole.OWNER, "drop table governance.former"),
        (DatabaseRole.SUPERSET, "drop table public.former"),
    ):
        with sign_in(role) as connection:
            connection.execute(statement)


def test_functions_that_run_sql_go_where_we_are_superuser(cluster: EmbeddedPostgres, sign_in: SignIn) -> None:
    with psycopg.connect(cluster.url("mining"), autocommit=True) as superuser:
        assert revoke_functions(superuser)
    with sign_in(DatabaseRole.NOBODY) as connection:
        for call in ("ts_rewrite('a'::tsquery, 'select 1')", "pg_sleep(0)", "set_config('role', 'none', false)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select {call}")
    with sign_in(DatabaseRole.API) as api:
        api.execute("select pg_advisory_xact_lock(1)")


def test_a_role_that_looks_past_policies_is_refused_with_the_remedy(
    cluster: EmbeddedPostgres, settings: Settings
) -> None:
    with psycopg.connect(cluster.url(), autocommit=True) as superuser:
        superuser.execute("alter role task_mining_pipelines bypassrls")
        with pytest.raises(StandaloneError, match='run `alter role "task_mining_pipelines" nosuperuser nobypassrls`'):
            ensure_databases(settings)
        superuser.execute("alter role task_mining_pipelines nobypassrls")
