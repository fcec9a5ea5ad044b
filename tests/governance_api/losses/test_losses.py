"""Losses: what agents report is counted once, by reason."""

from typing import Any

import pytest

from tests.governance_api.world import World, sentence


def totals(world: World) -> dict[str, int]:
    listed = world.done(world.client.get("/losses", headers=world.admin))
    return {each["reason"]: each["event_count"] for each in listed}


def test_a_report_sent_again_counts_once(world: World) -> None:
    world.person("wanda")
    agent = world.agent("wanda")
    losses = [
        {
            "reason": "spool_full",
            "event_count": 7,
            "first_at": "2025-11-03T08:00:00Z",
            "last_at": "2025-11-03T09:00:00Z",
        },
        {"reason": "queue_full", "event_count": 2},
    ]
    for expected in (2, 0):
        body = {"losses": losses, "report_key": "r-1"}
        assert world.done(world.client.post("/agent/losses", json=body, headers=agent)) == {"recorded_count": expected}
    assert totals(world) == {"spool_full": 7, "queue_full": 2}
    world.done(world.client.post("/agent/losses", json={"losses": losses}, headers=agent))
    assert totals(world) == {"spool_full": 14, "queue_full": 4}
    assert world.done(world.client.post("/agent/losses", json={"losses": []}, headers=agent)) == {"recorded_count": 0}


@pytest.mark.parametrize(
    "loss",
    [
        {"reason": "bad_luck", "event_count": 1},
        {"reason": "spool_full", "event_count": 0},
        {"reason": "spool_full", "event_count": -1},
        {"reason": "spool_full", "event_count": 10**30},
        {"reason": "spool_full", "event_count": 1, "first_at": "yesterday"},
        {"reason": "spool_full", "event_count": 1, "first_at": "2025-11-03T08:00:00"},
        {"reason": "spool_full", "event_count": 1, "colour": "red"},
    ],
)
def test_a_loss_that_says_nothing_is_refused(world: World, loss: dict[str, Any]) -> None:
    before = totals(world)
    agent = world.agent("wanda")
    sentence(world.client.post("/agent/losses", json={"losses": [loss]}, headers=agent), 422)
    assert totals(world) == before


def test_what_the_pipelines_set_aside_counts_once_and_admins_see_it(world: World) -> None:
    losses = [{"reason": "unreadable_file", "event_count": 41, "first_at": "2025-11-03T08:00:00Z"}]
    body = {"losses": losses, "report_key": "file-1"}
    for expected in (1, 0):
        answer = world.client.post("/losses", json=body, headers=world.tokens["pipelines"])
        assert world.done(answer) == {"recorded_count": expected}
    world.done(world.client.post("/losses", json={**body, "report_key": "file-2"}, headers=world.tokens["pipelines"]))
    listed = world.done(world.client.get("/losses", headers=world.admin))
    (found,) = [each for each in listed if each["reported_by"] == "pipelines"]
    assert (found["reason"], found["event_count"]) == ("unreadable_file", 82)


def test_a_report_of_the_pipelines_must_have_its_key(world: World) -> None:
    losses = [{"reason": "unreadable_file", "event_count": 1}]
    sentence(world.client.post("/losses", json={"losses": losses}, headers=world.tokens["pipelines"]), 422)
