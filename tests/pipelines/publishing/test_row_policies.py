"""Whose rows an account reads from the marts, and that a table is never open before its policies stand."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from domain.database_roles import DatabaseRole
from pipelines.publishing.row_policies import close_tables
from pipelines.publishing.swap import count_published
from pipelines.publishing.tables import MartTable
from tests.pipelines.publishing.isolated_marts import FOREIGN, OWN, TABLE, IsolatedMarts


@pytest.fixture(scope="module")
def marts(database_url: str) -> IsolatedMarts:
    marts = IsolatedMarts(database_url)
    marts.arrange()
    return marts


@pytest.fixture
def stella(marts: IsolatedMarts) -> Iterator[psycopg.Connection]:
    with marts.sign_in(marts.open_viewer("stella")) as connection:
        yield connection


def _seen(connection: psycopg.Connection, name: str = TABLE.name) -> set[int]:
    return {project_id for (project_id,) in connection.execute(f"select project_id from marts.{name}".encode())}


def test_nobody_sees_no_row(marts: IsolatedMarts) -> None:
    with marts.sign_in(DatabaseRole.NOBODY) as connection:
        assert _seen(connection) == set()


@pytest.mark.parametrize(("login", "projects"), [("ada", {OWN, FOREIGN}), ("stella", {OWN}), ("adam", {OWN, FOREIGN})])
def test_an_account_sees_what_it_made_what_is_shared_and_an_admin_all(
    marts: IsolatedMarts, login: str, projects: set[int]
) -> None:
    with marts.sign_in(marts.open_viewer(login)) as connection:
        assert _seen(connection) == projects


def test_the_deployment_and_the_publisher_see_everything(marts: IsolatedMarts) -> None:
    for role in (DatabaseRole.DEPLOYMENT, DatabaseRole.PIPELINES):
        with marts.sign_in(role) as connection:
            assert _seen(connection) == {OWN, FOREIGN}


def test_a_share_and_its_removal_follow_at_once(marts: IsolatedMarts, stella: psycopg.Connection) -> None:
    with marts.superuser() as governance:
        governance.execute(
            "insert into governance.project_shares (project_id, account_id, permission) values (%s, 2, 'view')",
            [FOREIGN],
        )
        assert _seen(stella) == {OWN, FOREIGN}
        governance.execute("delete from governance.project_shares where project_id = %s", [FOREIGN])
        assert _seen(stella) == {OWN}


@pytest.mark.parametrize(
    ("change", "back"),
    [
        ("update governance.accounts set is_active = false where login = 'stella'",
         "update governance.accounts set is_active = true where login = 'stella'"),
        ("delete from governance.account_roles where account_id = 2",
         "insert into governance.account_roles values (2, 'stakeholder')"),
    ],
    ids=["closed", "without a role"],
)  # fmt: skip
def test_an_account_that_is_closed_or_has_no_role_sees_nothing(
    marts: IsolatedMarts, stella: psycopg.Connection, change: str, back: str
) -> None:
    with marts.superuser() as governance:
        governance.execute(change.encode())
        assert _seen(stella) == set()
        with pytest.raises(psycopg.errors.RaiseException, match="no active account of that name"):
            marts.open_viewer("stella")
        governance.execute(back.encode())


@pytest.mark.parametrize("login", ["greta", "nobody at all"])
def test_who_sees_no_dashboards_gets_no_role(marts: IsolatedMarts, login: str) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="no active account of that name"):
        marts.open_viewer(login)


@pytest.mark.parametrize(
    ("role", "verifier"), [("task_mining_api", "SCRAM-SHA-256$1:a$b:c"), ("viewer_" + "0" * 32, "a password")]
)
def test_the_sign_in_makes_nothing_but_viewers(marts: IsolatedMarts, role: str, verifier: str) -> None:
    with (
        marts.sign_in(DatabaseRole.SIGN_IN) as superset,
        pytest.raises(psycopg.errors.RaiseException, match="A viewer has a name"),
    ):
        superset.execute("select access.open_viewer('stella', %s::name, %s)", [role, verifier])


def test_a_role_never_passes_to_another_account(marts: IsolatedMarts) -> None:
    role = marts.open_viewer("ada")
    with (
        marts.sign_in(DatabaseRole.SIGN_IN) as superset,
        pytest.raises(psycopg.errors.RaiseException, match="another account"),
    ):
        superset.execute("select access.open_viewer('stella', %s::name, 'SCRAM-SHA-256$1:a$b:c')", [role])


def test_a_new_secret_gives_a_new_role_and_ends_the_former(marts: IsolatedMarts) -> None:
    former, present = marts.open_viewer("adam"), "viewer_" + "e" * 32
    with marts.sign_in(DatabaseRole.SIGN_IN) as superset:
        superset.execute("select access.open_viewer('adam', %s::name, 'SCRAM-SHA-256$1:a$b:c')", [present])
    with marts.superuser() as connection:
        roles = connection.execute(
            "select rolname from pg_roles where rolname = any(%s)", [[former, present]]
        ).fetchall()
        assert roles == [(present,)]
        connection.execute(f"delete from access.viewers where role_name = '{present}'".encode())
        connection.execute(f"drop role {present}".encode())


def test_a_view_of_the_publisher_shows_each_reader_its_own_rows(
    marts: IsolatedMarts, stella: psycopg.Connection
) -> None:
    with marts.sign_in(DatabaseRole.PIPELINES) as publisher:
        for name, kind in (("plain", ""), ("invoking", "with (security_invoker = true)")):
            publisher.execute(f"create view marts.{name} {kind} as select * from marts.{TABLE.name}".encode())
            publisher.execute(f"grant select on marts.{name} to dashboards_viewers".encode())
            assert _seen(stella, name) == {OWN}
            publisher.execute(f"drop view marts.{name}".encode())


@pytest.mark.parametrize(
    "loss",
    [
        "alter table {} disable row level security",
        "alter table {} no force row level security",
        "drop policy rows_of_own_projects on {}",
        "drop policy every_row_for_publisher on {}",
        "create policy everything on {} using (true)",
        "revoke select on {} from dashboards_viewers",
        "drop table {}",
    ],
)
def test_what_a_table_lost_is_back_after_the_next_publication(
    marts: IsolatedMarts, stella: psycopg.Connection, loss: str
) -> None:
    with marts.superuser() as connection:
        connection.execute(loss.format(f"marts.{TABLE.name}").encode())
        connection.execute(f"drop table if exists marts.{TABLE.name}".encode() if "drop table" in loss else b"select 1")
    marts.publish()
    assert _seen(stella) == {OWN}
    with marts.sign_in(DatabaseRole.PIPELINES) as publisher:
        assert _seen(publisher) == {OWN, FOREIGN}


def test_a_table_that_is_as_it_must_be_costs_no_ddl(marts: IsolatedMarts) -> None:
    class Recording(psycopg.Cursor[tuple[object, ...]]):
        told: list[str] = []  # noqa: RUF012

        def execute(self, query: Any, *arguments: Any, **options: Any) -> "Recording":
            self.told.append(str(query).split()[0])
            return super().execute(query, *arguments, **options)

    with marts.sign_in(DatabaseRole.PIPELINES) as publisher, Recording(publisher) as cursor:
        close_tables(cursor, [TABLE])
    assert set(Recording.told) == {"select"}


def test_nobody_reads_between_creation_and_policies(marts: IsolatedMarts, stella: psycopg.Connection) -> None:
    table = MartTable(analysis="x", name="overall_activity_late", description="", columns=TABLE.columns)
    marts.publish(table)
    assert _seen(stella, table.name) == {OWN}
    with marts.sign_in(DatabaseRole.PIPELINES) as publisher, publisher.cursor() as cursor:
        cursor.execute(f"drop table marts.{table.name}".encode())
        for statement in table.migration_sql({}):
            cursor.execute(statement.encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            _seen(stella, table.name)
        cursor.execute(f"drop table marts.{table.name}".encode())


def test_the_publisher_still_counts_and_withdraws_every_project(marts: IsolatedMarts) -> None:
    marts.publish()
    address = marts.database_url
    assert count_published([TABLE], project_ids=[FOREIGN], database_url=address)[TABLE.name] > 0


def test_a_deleted_project_is_hidden_before_its_rows_are_gone(marts: IsolatedMarts) -> None:
    change = "update governance.projects set stage = %s, deleted_at = %s where project_id = %s"
    with marts.superuser() as governance, marts.sign_in(marts.open_viewer("ada")) as ada:
        governance.execute(change, ["deleted", "2026-03-02", OWN])
        assert _seen(ada) == {FOREIGN}
        governance.execute(change, ["collecting", None, OWN])
        assert _seen(ada) == {OWN, FOREIGN}
