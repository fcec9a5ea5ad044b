"""What is stored is readable: nothing goes in that no list could show, and what is in all the same is shown as such."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from governance_api.edge.json_values import MAX_DEPTH
from governance_api.stored_values import DEEPEST_SHOWN, TOO_DEEP, UNREADABLE, read_json
from tests.governance_api.world import Headers, World, sentence

#: Bodies that Python's own JSON would not write: raw, as they travel.
UNSTORABLE = {
    "half a surrogate pair": (r'{"a": "\ud800"}', "surrogate"),
    "half a pair in a name": (r'{"\udfff": 1}', "surrogate"),
    "a NUL": (r'{"a": ["\u0000"]}', "NUL"),
    "nested too deep": ('{"a":' * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1), "nested"),
    "nested far too deep": ('{"a":' * 600 + "1" + "}" * 600, "nested"),
    "beyond every number": ('{"a": 1e999}', "finite"),
}


@pytest.fixture(scope="module")
def agent(world: World) -> Headers:
    world.person("wanda")
    return world.agent("wanda")


def reported(world: World, agent: Headers, body: str) -> Any:
    headers = {**agent, "Content-Type": "application/json"}
    return world.client.post("/agent/health", content=body, headers=headers)


def listed(world: World, path: str, headers: Headers | None = None) -> Any:
    return world.done(world.client.get(path, headers=headers or world.admin))


@pytest.mark.parametrize("what", UNSTORABLE)
def test_a_health_report_that_no_list_could_show_is_refused(world: World, agent: Headers, what: str) -> None:
    body, words = UNSTORABLE[what]
    assert words in sentence(reported(world, agent, body), 422)


def test_a_report_as_deep_and_as_wide_as_allowed_is_listed(world: World, agent: Headers) -> None:
    health = {"number": 10**400, "deep": json.loads('{"a":' * (MAX_DEPTH - 1) + "1" + "}" * (MAX_DEPTH - 1))}
    assert reported(world, agent, json.dumps(health)).status_code == 204
    assert listed(world, "/agents")[0]["health"] == health


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/agent/losses", {"first_at": "0001-01-01T00:00:00+14:00"}),
        ("/agent/losses", {"last_at": "9999-12-31T23:59:59-14:00"}),
        ("/agent/losses", {"first_at": "0001-01-01T00:00:00Z"}),
        ("/projects", {"starts_on": "0001-01-01"}),
        ("/projects", {"ends_on": "9999-12-31"}),
        ("/data-requests", {"starts_on": "1969-12-31"}),
        ("/data-requests", {"ends_on": "3000-01-01"}),
    ],
)
def test_days_and_instants_that_nobody_means_are_refused(
    world: World, agent: Headers, path: str, body: dict[str, str]
) -> None:
    whole = {
        "/agent/losses": {"losses": [{"reason": "spool_full", "event_count": 1, **body}]},
        "/projects": {
            "name": "P",
            "starts_on": "2026-01-01",
            "ends_on": "2026-01-02",
            "goals": ["overall_activity"],
            **body,
        },
        "/data-requests": {
            "name": "R",
            "purpose": "P",
            "starts_on": "2026-01-01",
            "workstation_user_logins": ["wanda"],
            **body,
        },
    }[path]
    headers = agent if path.startswith("/agent") else world.analyst()
    assert "from 1970 to 2999" in sentence(world.client.post(path, json=whole, headers=headers), 422)


def test_a_configured_day_that_nobody_means_is_refused(world: World) -> None:
    path = "/configuration/retention/project_data_until"
    names = [f"{each['group']}/{each['name']}" for each in listed(world, "/configuration") if "date" in each["allowed"]]
    for name in names:
        answer = world.client.put(f"/configuration/{name}", json={"value": "9999-12-31"}, headers=world.admin)
        assert "from 1970 to 2999" in sentence(answer, 422), path
    assert names


def test_odd_rows_of_former_times_are_shown_as_such_and_the_others_go_on(world: World, agent: Headers) -> None:
    world.person("wilma")
    world.agent("wilma")
    for depth in (200, 900, 1_500):
        deep = '{"a":' * depth + "1" + "}" * depth
        with world.engine.begin() as connection:
            first = "(select min(agent_id) from governance.agents)"
            connection.execute(
                text(f"update governance.agents set health = cast(:deep as jsonb) where agent_id = {first}"),
                {"deep": deep},
            )
        odd, even = listed(world, "/agents")
        assert TOO_DEEP in json.dumps(odd["health"]) or odd["health"] == UNREADABLE
        assert even["host"] == "desk-1"
    statement = "insert into governance.losses (reason, event_count, reported_by, first_at, last_at)"
    with world.engine.begin() as connection:
        connection.execute(text(f"{statement} values ('spool_full', 3, 'agent', '0044-03-15 BC', 'infinity')"))
    (loss,) = listed(world, "/losses", world.signed_in("gus", "guardian"))
    assert datetime.fromisoformat(loss["first_at"]) == datetime(1, 1, 2, tzinfo=UTC)
    assert datetime.fromisoformat(loss["last_at"]) == datetime(9999, 12, 30, tzinfo=UTC)


def test_only_what_is_too_deep_is_left_out() -> None:
    nested = '{"kept": "%s", "a":' * (DEEPEST_SHOWN + 5)
    shown = json.dumps(read_json(nested.replace("%s", "yes") + "1" + "}" * (DEEPEST_SHOWN + 5)))
    assert shown.count("yes") == DEEPEST_SHOWN
    assert shown.count(TOO_DEEP) == 1
    assert read_json('{"a": [1, "[[[["]}') == {"a": [1, "[[[["]}
    assert read_json("1" * 5_000) == UNREADABLE
