"""Known ways past row-level security, tried by a stakeholder's role on a real server: none shows a foreign row.

Each attempt is run statement by statement, as somebody would who found a way to send SQL of their own; what comes back,
rows and words of errors alike, must not hold the foreign project's name. Add an attempt when you hear of one.
"""

from collections.abc import Iterator

import psycopg
import pytest

from domain.database_roles import DatabaseRole
from tests.pipelines.publishing.isolated_marts import FOREIGN, OWN_TEXT, SECRET, TABLE, IsolatedMarts

MART = f"marts.{TABLE.name}"
READ = f"select string_agg(project_name, ',') from {MART}"

ATTEMPTS: dict[str, list[str]] = {
    "a plain select": [f"select * from {MART}"],
    "a metric of its own": [
        f"select max((select max(project_name) from {MART} where project_id = {FOREIGN})) from {MART}"
    ],
    "the whole row as text": [f"select {TABLE.name}::text from {MART}", f"select row_to_json(m)::text from {MART} m"],
    "ts_rewrite runs a query": [
        f"select ts_rewrite('a'::tsquery, 'select ''a''::tsquery, plainto_tsquery(project_name) from {MART}')::text"
    ],
    "ts_rewrite after set_config": [
        "select set_config('role', 'dashboards_reader', false)",
        "select ts_rewrite('a'::tsquery, $$select set_config('role', 'dashboards_reader', true), 'b'::tsquery$$)",
        READ,
    ],
    "ts_stat runs a query": [f"select * from ts_stat('select to_tsvector(project_name) from {MART}')"],
    "query_to_xml": [f"select query_to_xml('select * from {MART}', true, false, '')"],
    "table_to_xml": [f"select table_to_xml('{MART}', true, false, '')"],
    "schema_to_xml": ["select schema_to_xml('marts', true, false, '')"],
    "cursor_to_xml": [
        f"begin; declare c cursor for {READ}",
        "select cursor_to_xml('c', 9, true, false, '')",
        "rollback",
    ],
    "another role by SET ROLE": ["set role dashboards_reader", READ],
    "the publisher by SET ROLE": ["set role task_mining_pipelines", READ],
    "the group by SET ROLE": ["set role dashboards_viewers", READ],
    "another session's name": ["set session authorization dashboards_reader", READ],
    "policies switched off": ["set row_security = off", READ],
    "a setting of the session": ["select set_config('session_authorization', 'dashboards_reader', false)", READ],
    "a setting by SET": ["set session_user = 'dashboards_reader'", READ],
    "ALTER ROLE of its own": ["alter role session_user bypassrls", READ],
    "a policy of its own": [f"create policy mine on {MART} using (true)", READ],
    "row-level security disabled": [f"alter table {MART} disable row level security", READ],
    "a share of its own": [
        f"insert into governance.project_shares (project_id, account_id, permission) values ({FOREIGN}, 2, 'view')",
        READ,
    ],
    "an account of its own": ["update access.viewers set account_id = 1", READ],
    "the governance tables": ["select name from governance.projects"],
    "what another account may see": ["select access.projects_of(role_name) from access.viewers", READ],
    "another account's role made its own": [
        "select access.open_viewer('ada', session_user, 'SCRAM-SHA-256$4096:YQ==$YQ==:YQ==')",
        READ,
    ],
    "my_projects overridden in another schema": [
        "create function pg_temp.my_projects() returns integer[] language sql as 'select array[1, 2]'",
        READ,
    ],
    "a search path of its own": ["set search_path = pg_temp, public", READ],
    "an operator in a temporary schema": [
        "create function pg_temp.same(integer, integer) returns boolean language sql as 'select true'",
        "create operator pg_temp.= (leftarg = integer, rightarg = integer, function = pg_temp.same)",
        READ,
    ],
    "a temporary table": ["create temporary table kept as select 1", READ],
    "a temporary view": [f"create temporary view seen as select * from {MART}", "select * from seen"],
    "a function that tells what it is given": [
        "create function pg_temp.tell(text) returns boolean cost 0.0001 language plpgsql as"
        " $$ begin raise notice '%', $1; return true; end $$",
        f"select 1 from {MART} where pg_temp.tell(project_name)",
    ],
    "an anonymous block": [
        f"do $$ declare t text; begin {READ.replace(' from', ' into t from')}; raise '%', t; end $$"
    ],
    "a cast that raises with the value": [f"select project_name::integer from {MART} where project_id = {FOREIGN}"],
    "a cast in the condition": [
        f"select 1 from {MART} where cast(project_name as integer) = 1 and project_id = {FOREIGN}"
    ],
    "a division that raises on a match": [
        f"select 1 / (case when project_name like 'F%' then 0 else 1 end) from {MART} where project_id = {FOREIGN}"
    ],
    "a regular expression that raises": [f"select 'x' ~ project_name || '(' from {MART} where project_id = {FOREIGN}"],
    "a cheap operator before the policy": [
        f"select 1 from {MART} where project_name < 'G' or project_name::xid is null"
    ],
    "a prepared statement": [f"prepare mine as {READ}", "execute mine"],
    "a cursor": [f"begin; declare c scroll cursor with hold for select * from {MART}; commit", "fetch all from c"],
    "COPY to the client": [f"copy {MART} to stdout"],
    "COPY of a query": [f"copy (select * from {MART}) to stdout"],
    "COPY to a program": [f"copy {MART} to program 'cat'"],
    "COPY from a file": [f"copy {MART} from '/etc/passwd'"],
    "pg_read_file": ["select pg_read_file('base/1/PG_VERSION')", "select pg_ls_dir('base')"],
    "a large object of a file": ["select lo_import('/etc/passwd')", "select lo_from_bytea(0, 'x')"],
    "dblink": ["create extension dblink", f"select * from dblink('dbname=task_mining', '{READ}') as t(x text)"],
    "a foreign server": ["create extension postgres_fdw", "create server mine foreign data wrapper postgres_fdw"],
    "another language": ["create extension plpython3u", "create extension plperl"],
    "the statistics of the planner": ["select most_common_vals::text from pg_stats", "select * from pg_statistic"],
    "extended statistics": [
        "select * from pg_stats_ext",
        "select * from pg_stats_ext_exprs",
        "select * from pg_statistic_ext_data",
    ],
    "queries of others": ["select query from pg_stat_activity", "select * from pg_stat_get_activity(null)"],
    "locks and prepared transactions": ["select * from pg_locks", "select * from pg_prepared_xacts"],
    "the plan of a query": [f"explain (analyze, verbose, format json) select * from {MART}"],
    "a rule": [f"create rule mine as on select to {MART} do instead select 1"],
    "a trigger": [f"create trigger mine before insert on {MART} for each row execute function pg_notify()"],
    "writing to a table": [
        "set default_transaction_read_only = off",
        f"insert into {MART} (project_id, project_name) values ({FOREIGN}, 'x') returning project_name",
        f"update {MART} set project_name = 'x' returning project_name",
        f"delete from {MART} returning project_name",
    ],
    "a lock": [f"begin; select * from {MART} for update", f"lock table {MART} in access exclusive mode", "rollback"],
    "MERGE": [f"merge into {MART} m using (select 1) s on true when matched then delete returning m.project_name"],
    "a foreign key": [f"create table public.mine (project_id integer references {MART})"],
    "TABLESAMPLE and ctid": [
        f"select * from {MART} tablesample system (100)",
        f"select * from {MART} where ctid = '(0,2)'",
    ],
    "an aggregate over everything": [f"select count(*), min(project_name), max(project_name) from only {MART}"],
    "a lateral join with what it may see": [
        f"select b.* from {MART} a, lateral (select * from {MART} where project_id <> a.project_id) b"
    ],
    "a recursive query": [
        "with recursive r(n, t) as (select 1, '' union all"
        f" select n + 1, (select max(project_name) from {MART} where project_id = n) from r where n < 9)"
        " select * from r"
    ],
    "listening": ["listen marts", "select pg_notify('marts', 'x')", "notify marts, 'x'"],
    "replication": [
        "create publication mine for all tables",
        "select pg_create_logical_replication_slot('mine', 'pgoutput')",
    ],
    "server settings": [
        "alter system set row_security = off",
        "select pg_reload_conf()",
        "select * from pg_hba_file_rules",
    ],
    "the passwords of roles": ["select rolpassword from pg_authid", "select passwd from pg_shadow"],
    "event triggers": ["create event trigger mine on ddl_command_end execute function pg_notify()"],
    "security labels and comments": [
        f"comment on table {MART} is 'mine'",
        f"select obj_description('{MART}'::regclass)",
    ],
}


@pytest.fixture(scope="module")
def marts(database_url: str) -> IsolatedMarts:
    marts = IsolatedMarts(database_url)
    marts.arrange()
    with marts.superuser() as connection:
        connection.execute(f"analyze {MART}".encode())
    return marts


@pytest.fixture
def stella(marts: IsolatedMarts) -> Iterator[psycopg.Connection]:
    with marts.sign_in(marts.open_viewer("stella")) as connection:
        yield connection


def brought_back(connection: psycopg.Connection, statements: list[str]) -> str:
    """Every row, notice and word of an error that the statements brought back."""
    told: list[str] = []
    connection.add_notice_handler(lambda notice: told.append(str(notice.message_primary)))
    for statement in statements:
        try:
            with connection.cursor() as cursor:
                if statement.startswith("copy") and "stdout" in statement:
                    with cursor.copy(statement.encode()) as copy:
                        told += [bytes(block).decode() for block in copy]
                    continue
                cursor.execute(statement.encode())
                while True:
                    told += [str(row) for row in cursor.fetchall()] if cursor.description else []
                    if not cursor.nextset():
                        break
        except psycopg.Error as error:
            told.append(f"{error} {error.diag.message_detail or ''} {error.diag.context or ''}")
    return "\n".join(told)


def test_there_are_more_than_thirty_attempts() -> None:
    assert len(ATTEMPTS) >= 60


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_no_attempt_brings_back_a_foreign_row(marts: IsolatedMarts, stella: psycopg.Connection, attempt: str) -> None:
    told = brought_back(stella, ATTEMPTS[attempt])
    assert SECRET not in told
    assert "a foreign alias" not in told
    stella.rollback()
    stella.execute("reset all")
    assert brought_back(stella, [f"select distinct project_name from {MART}"]) == f"('{OWN_TEXT}',)"
    with marts.sign_in(DatabaseRole.PIPELINES) as publisher:
        assert publisher.execute(f"select count(*) from {MART}".encode()).fetchone() == (2,)


def test_the_attempts_find_the_foreign_row_where_no_policy_stands(marts: IsolatedMarts) -> None:
    """As the one role that Superset used to read with: what is refused above is refused by the policies."""
    succeeded = set()
    for name, statements in ATTEMPTS.items():
        with marts.sign_in(DatabaseRole.DEPLOYMENT) as connection:
            if SECRET in brought_back(connection, statements):
                succeeded.add(name)
    assert len(succeeded) > 20


def test_the_planner_tells_nothing_of_foreign_values(marts: IsolatedMarts, stella: psycopg.Connection) -> None:
    with marts.superuser() as connection:
        connection.execute(
            f"insert into {MART} (project_id, project_name, alias)"
            f" select {FOREIGN}, '{SECRET}', 'the one that is everywhere' from generate_series(1, 5000)".encode()
        )
        connection.execute(f"analyze {MART}".encode())
    plans = {
        brought_back(stella, [f"explain select * from {MART} where alias = '{alias}'"]).replace(alias, "?")
        for alias in ("the one that is everywhere", "the one that is nowhere")
    }
    assert len(plans) == 1
