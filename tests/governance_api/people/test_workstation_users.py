"""Workstation users: registered one by one or from a file, each with a time zone and somebody who answers for them."""

from typing import Any

import pytest

from tests.governance_api.world import World, sentence

HEADER = "login,display_name,time_zone,team,manager_login\n"


def imported(world: World, content: str | bytes) -> Any:
    body = content.encode() if isinstance(content, str) else content
    headers = {**world.admin, "Content-Type": "text/csv"}
    return world.client.post("/workstation-users/import", content=body, headers=headers)


def registered(world: World) -> dict[str, dict[str, Any]]:
    people = world.done(world.client.get("/workstation-users", headers=world.admin))
    return {person["login"]: person for person in people}


def test_a_registered_person_is_listed_with_their_manager(world: World) -> None:
    world.person("wanda")
    assert registered(world)["wanda"]["manager_login"] == "mia"
    assert registered(world)["wanda"]["time_zone"] == "Europe/Berlin"


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"time_zone": "Berlin"}, 422, "IANA time zone"),
        ({"time_zone": "../etc/passwd"}, 422, "IANA time zone"),
        ({"manager_login": "nobody"}, 422, "no account has that login"),
        ({"manager_login": "ana"}, 422, "lacks the role manager"),
        ({"login": "mia", "manager_login": "mia"}, 422, "nobody answers for themselves"),
        ({"login": "WILMA"}, 409, "exists already"),
        ({"login": ""}, 422, "login"),
        ({"shoe_size": 43}, 422, "shoe_size"),
    ],
)
def test_a_person_nobody_could_answer_for_is_refused(
    world: World, change: dict[str, Any], status: int, words: str
) -> None:
    world.manager(), world.analyst()
    if "wilma" not in registered(world):
        world.person("wilma")
    body = {"login": "new", "display_name": "New", "time_zone": "UTC", "manager_login": "mia", **change}
    assert words in sentence(world.client.post("/workstation-users", json=body, headers=world.admin), status)
    assert "new" not in registered(world)


def test_a_change_leaves_alone_what_it_does_not_name(world: World) -> None:
    world.manager("max")
    path = f"/workstation-users/{world.person('walter')}"
    changed = world.done(world.client.patch(path, json={"manager_login": "max"}, headers=world.admin))
    assert changed["manager_login"] == "max"
    assert changed["time_zone"] == "Europe/Berlin"
    without = world.done(world.client.patch(path, json={"manager_login": None}, headers=world.admin))
    assert without["manager_login"] is None
    inactive = world.done(world.client.patch(path, json={"is_active": False}, headers=world.admin))
    assert inactive["is_active"] is False


def test_a_file_registers_new_people_and_changes_known_ones(world: World) -> None:
    world.manager()
    rows = 'i1,"Ida, the first",Asia/Tokyo,desk,mia\ni2,Ivo,UTC,desk,\n'
    assert world.done(imported(world, HEADER + rows)) == {
        "created_count": 2,
        "changed_count": 0,
        "unchanged_count": 0,
    }
    assert registered(world)["i1"]["display_name"] == "Ida, the first"
    again = imported(world, "\ufeff" + HEADER + rows.replace("Ivo", "Ivan"))
    assert world.done(again) == {"created_count": 0, "changed_count": 1, "unchanged_count": 1}


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", 1, "names the columns"),
        ("login,name\nx,y\n", 1, "names the columns"),
        (HEADER + 'b1,"Broken,UTC,desk,mia\nb2,B,UTC,desk,mia\n', 2, "broken quoting"),
        (HEADER + 'b1,"Broken" B,UTC,desk,mia\n', 2, "broken quoting"),
        (HEADER + "b1,B,UTC,desk\n", 2, "too many or too few"),
        (HEADER + "b1,B,UTC,desk,mia,more\n", 2, "too many or too few"),
        (HEADER + "b1,B,UTC,desk,mia\nb2,B,Mars,desk,mia\n", 3, "IANA time zone"),
        (HEADER + "b1,B,UTC,desk,mia\nB1,B,UTC,desk,mia\n", 3, "names B1 again"),
        (HEADER + ",B,UTC,desk,mia\n", 2, "has no login"),
        (HEADER + f"b1,{'x' * 300},UTC,desk,mia\n", 2, "300 characters"),
        (HEADER.encode() + b"b1,B\xff,UTC,desk,mia\n", 2, "not UTF-8"),
        (HEADER + "b1,B\0,UTC,desk,mia\n", 2, "NUL"),
    ],
)
def test_a_file_with_one_bad_line_changes_nothing(world: World, content: str | bytes, line: int, words: str) -> None:
    world.manager()
    before = registered(world)
    answer = imported(world, content)
    told = sentence(answer, 422)
    assert told.startswith(f"Line {line} of the CSV"), told
    assert words in told
    assert answer.json()["line"] == line
    assert registered(world) == before
