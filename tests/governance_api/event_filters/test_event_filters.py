"""Event filters: the predefined ones stay, others come and go, unreadable ones never get in."""

from typing import Any

import pytest
from sqlalchemy import text

from domain.event_filters.predefined import PREDEFINED_EVENT_FILTERS
from tests.governance_api.world import World, sentence

TITLE = {"field": "window_title", "operator": "contains", "value": "salary"}


def listed(world: World) -> list[dict[str, Any]]:
    return world.done(world.client.get("/event-filters", headers=world.admin))  # type: ignore[no-any-return]


def version(world: World) -> int:
    with world.engine.connect() as connection:
        return int(connection.execute(text("select version from governance.event_filter_version")).scalar_one())


def created(world: World, **body: Any) -> Any:
    body = {"name": "Salaries", "action": "exclude", "condition": TITLE, **body}
    return world.client.post("/event-filters", json=body, headers=world.admin)


def test_the_predefined_filters_are_there_and_cannot_be_switched_off(world: World) -> None:
    predefined = [each for each in listed(world) if each["is_predefined"]]
    assert {each["name"] for each in predefined} == {each.name for each in PREDEFINED_EVENT_FILTERS}
    for change in ({"is_active": False}, {"condition": TITLE}):
        path = f"/event-filters/{predefined[0]['event_filter_id']}"
        told = sentence(world.client.patch(path, json=change, headers=world.admin), 409)
        assert "cannot be changed or switched off" in told
    assert all(each["is_active"] for each in listed(world) if each["is_predefined"])


def test_every_change_raises_the_version(world: World) -> None:
    before = version(world)
    made = world.done(created(world))
    assert version(world) == before + 1
    path = f"/event-filters/{made['event_filter_id']}"
    change = {"action": "replace", "attributes": ["name"]}
    assert world.done(world.client.patch(path, json=change, headers=world.admin))["attributes"] == ["name"]
    world.done(world.client.patch(path, json={"is_active": False}, headers=world.admin))
    assert version(world) == before + 3
    assert "choose another name" in sentence(created(world), 409)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"condition": {"field": "window_title", "operator": "matches", "value": "(?=x)"}}, "$.value"),
        ({"condition": {"field": "colour", "operator": "is", "value": "x"}}, "$.field"),
        ({"condition": {}}, "no known form"),
        ({"condition": "everything"}, "condition"),
        ({"action": "replace"}, "name attributes"),
        ({"attributes": ["url"]}, "none for exclude"),
        ({"action": "burn"}, "action"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_and_nothing_changes(
    world: World, body: dict[str, Any], words: str
) -> None:
    before = version(world), listed(world)
    assert words in sentence(created(world, **{"name": "Bad", **body}), 422)
    assert (version(world), listed(world)) == before


def test_a_change_that_would_make_a_filter_unreadable_is_refused(world: World) -> None:
    made = world.done(created(world, name="Stable"))
    path = f"/event-filters/{made['event_filter_id']}"
    sentence(world.client.patch(path, json={"action": "replace"}, headers=world.admin), 422)
    assert next(each for each in listed(world) if each["name"] == "Stable") == made
    sentence(world.client.patch("/event-filters/4711", json={"is_active": False}, headers=world.admin), 404)
