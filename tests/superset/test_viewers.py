"""Whose role a connection to the marts gets, and that the database then shows that account's rows."""

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from domain.database_roles import DatabaseRole
from standalone.passwords import derived_password
from standalone.postgres.roles import with_login
from tests.pipelines.publishing.isolated_marts import FOREIGN, OWN, TABLE, IsolatedMarts
from tests.superset.loading import loaded

viewers = loaded("viewers")
MARTS = make_url(f"postgresql+psycopg2://{DatabaseRole.NOBODY}:none@db.example/mining")


def connected(username: str | None, uri: Any = MARTS) -> Any:
    return viewers.Viewers(secret="secret", sign_in_url="").connect(uri, {}, username, None, None)[0]


def test_each_account_connects_as_a_role_of_its_own() -> None:
    stella, ada = connected("stella"), connected("ada")
    assert stella.username != ada.username
    assert stella.password != ada.password
    assert (stella.host, stella.database) == ("db.example", "mining")


@pytest.mark.parametrize("username", [None, ""])
def test_who_is_not_signed_in_is_nobody(username: str | None) -> None:
    nobody = connected(username)
    assert nobody.username == viewers.NOBODY == DatabaseRole.NOBODY
    assert nobody.password == derived_password("secret", DatabaseRole.NOBODY)


def test_a_login_is_hidden_in_its_role_and_never_is_one() -> None:
    for login in ("stella", DatabaseRole.DEPLOYMENT, DatabaseRole.PIPELINES, "postgres"):
        assert connected(login).username.startswith("viewer_")
        assert login not in connected(login).username


def test_databases_that_others_added_are_left_alone() -> None:
    other = make_url("postgresql+psycopg2://theirs:secret@elsewhere/warehouse")
    assert connected("stella", other) == other


def test_an_account_that_signed_in_reads_its_rows_and_one_without_role_is_not_let_in(database_url: str) -> None:
    marts = IsolatedMarts(database_url)
    marts.arrange()
    database = urlsplit(database_url).path.removeprefix("/")

    def url(role: str) -> str:
        return with_login(database_url, login=role, password="known", database=database)

    roles = viewers.Viewers(secret=uuid4().hex, sign_in_url=url(DatabaseRole.SIGN_IN))
    for login, projects in (("stella", {OWN}), ("ada", {OWN, FOREIGN})):
        roles.open(login)
        roles.open(login)
        assert set(roles.projects_of(login)) == projects
        uri, _ = roles.connect(make_url(url(DatabaseRole.NOBODY)), {}, login, None, None)
        with psycopg.connect(uri.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
            seen = connection.execute(f"select project_id from marts.{TABLE.name}".encode()).fetchall()
        assert {project_id for (project_id,) in seen} == projects
    with pytest.raises(SQLAlchemyError, match="no active account"):
        roles.open("greta")
    assert roles.projects_of("greta") == []
    unknown, _ = roles.connect(make_url(url(DatabaseRole.NOBODY)), {}, "greta", None, None)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(unknown.set(drivername="postgresql").render_as_string(hide_password=False))
