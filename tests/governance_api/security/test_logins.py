"""When two logins are the same, in Python and in the database alike."""

import sys

import pytest
from sqlalchemy import text

from governance_api.security.logins import login_key
from tests.governance_api.world import PASSWORD, World, sentence

#: One login each, in several ways of writing it.
WAYS = [
    ("İlker", "i̇lker", "I\u0307LKER"),
    ("strauß", "STRAUSS", "strauẞ"),
    ("ａｎｎｅ", "ANNE", "Anne"),
    ("ﬁona", "FIONA"),
    ("é.noël", "E\u0301.NOE\u0308L"),
    ("ΣΊΣΥΦΟΣ", "σίσυφοσ", "σίσυφος"),
]


@pytest.mark.parametrize("ways", WAYS)
def test_a_login_has_one_key_however_it_is_written(ways: tuple[str, ...]) -> None:
    assert len({login_key(way) for way in ways}) == 1


def test_different_logins_stay_different() -> None:
    logins = ("ana", "anna", "ilker", "İlker", "ı", "strauss.b", "ana@x.example", "x\\ana")
    assert len({login_key(login) for login in logins}) == len(logins)


def test_a_key_is_its_own_key_for_every_character() -> None:
    characters = map(chr, (*range(0xD800), *range(0xE000, sys.maxunicode + 1)))
    assert not [each for each in characters if login_key(login_key(each)) != login_key(each)]


@pytest.mark.parametrize("ways", WAYS)
def test_accounts_and_people_are_found_however_their_login_is_written(world: World, ways: tuple[str, ...]) -> None:
    first = ways[0]
    world.signed_in(first, "analyst")
    world.person(first)
    for way in ways:
        answer = world.client.post("/tokens", json={"login": way, "password": PASSWORD})
        assert answer.status_code == 200, way
        body = {"login": way, "display_name": "Another", "password": PASSWORD}
        assert "taken" in sentence(world.client.post("/accounts", json=body, headers=world.admin), 409)
        person = {"login": way, "display_name": "Another", "time_zone": "UTC"}
        assert world.client.post("/workstation-users", json=person, headers=world.admin).status_code == 409
        world.request(way)
    lines = "\n".join(f"{way},Somebody,UTC,," for way in ways)
    twice = f"login,display_name,time_zone,team,manager_login\n{lines}"
    headers = {**world.admin, "Content-Type": "text/csv"}
    refused = world.client.post("/workstation-users/import", content=twice.encode(), headers=headers)
    assert "again" in sentence(refused, 422)


def test_the_database_holds_the_key_of_every_login(world: World) -> None:
    with world.engine.connect() as connection:
        for table in ("accounts", "workstation_users"):
            rows = connection.execute(text(f"select login, login_key from governance.{table}")).all()
            assert rows
            assert all(row.login_key == login_key(row.login) for row in rows)
