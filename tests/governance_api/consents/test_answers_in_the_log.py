"""That somebody answered is told to those who read what happened; how they answered is told to nobody."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from governance_api.audit.chain import Link, digest_of
from tests.governance_api.world import World, sentence

WORDS = ("accept", "declin")
_INSERT = text("""
insert into governance.audit_entries (occurred_at, agent_id, tag, noun_id, facts, previous_digest, digest)
values (:occurred_at, :agent_id, :tag, :noun_id, cast(:facts as jsonb), :previous_digest, :digest)
""")


def listed(world: World, **parameters: str | int) -> list[dict[str, Any]]:
    found = world.client.get("/audit-entries", params={"limit": 1_000, **parameters}, headers=world.admin)
    entries: list[dict[str, Any]] = world.done(found)
    return entries


def shape(entry: dict[str, Any]) -> dict[str, Any]:
    """What is left of an entry without what counts on by itself."""
    counted = {"audit_entry_id", "occurred_at", "previous_digest", "digest", "noun_id", "agent_id"}
    return {name: value for name, value in entry.items() if name not in counted | {"facts"}} | {
        "facts": sorted(entry["facts"])
    }


def test_a_yes_and_a_no_are_the_same_entry(world: World) -> None:
    for login, answer in (("wanda", "accepted"), ("willi", "declined")):
        world.person(login)
        body = {"approval_id": world.approved(login), "answer": answer}
        world.done(world.client.post("/agent/consents", json=body, headers=world.agent(login)))
    yes, no = listed(world, tag="consent:answered")
    assert shape(yes) == shape(no)
    everything = world.client.get("/audit-entries?limit=1000", headers=world.admin).text
    assert not [word for word in WORDS if word in everything]


@pytest.mark.parametrize("tag", ["consent:accepted", "consent:declined"])
def test_nobody_lists_those_who_declined(world: World, tag: str) -> None:
    sentence(world.client.get(f"/audit-entries?tag={tag}", headers=world.admin), 422)


def link(former: dict[str, Any], tag: str, agent_id: int) -> Link:
    unsigned = Link(
        audit_entry_id=0,
        occurred_at=datetime(2025, 11, 3, 9, 0, tzinfo=UTC),
        account_id=None,
        agent_id=agent_id,
        tag=tag,
        noun_id="1",
        facts='{"workstation_user_id": 1}',
        previous_digest=former["digest"],
    )
    return Link(**{**vars(unsigned), "digest": digest_of(unsigned)})


def test_entries_of_earlier_releases_are_told_like_those_of_today_and_still_verified(world: World) -> None:
    world.person("otto")
    world.agent("otto")
    agent = world.done(world.client.get("/agents?limit=1000", headers=world.admin))[-1]
    last = listed(world)[-1]
    former = link(last, "consent:declined", agent["agent_id"])
    second = link({"digest": former.digest}, "consent:accepted", agent["agent_id"])
    with world.engine.begin() as connection:
        for each in (former, second):
            connection.execute(_INSERT, {name: value for name, value in vars(each).items() if name != "audit_entry_id"})
    world.analyst("later")
    entries = listed(world, after=last["audit_entry_id"])
    told = [each for each in entries if each["tag"] == "consent:answered"]
    assert [shape(each) for each in told] == [shape(told[0])] * 2
    assert [each["noun_id"] for each in listed(world, tag="consent:answered")][-2:] == ["1", "1"]
    # any digest from here on would tell: `audit/test_disclosure.py`
    everything = world.client.get("/audit-entries?limit=1000", headers=world.admin).text
    assert former.digest not in everything
    assert second.digest not in everything
    assert [(each["previous_digest"] == "", each["digest"] == "") for each in entries[:3]] == [
        (False, True),
        (True, True),
        (True, True),
    ]
    alone = listed(world, after=entries[1]["audit_entry_id"], limit=1)
    assert alone[0]["previous_digest"] == ""
    assert world.done(world.client.get("/audit-entries/verification", headers=world.admin))["is_intact"]


def test_the_health_of_an_agent_does_not_tell_why_something_was_not_allowed(world: World) -> None:
    world.person("hanna")
    agent = world.agent("hanna")
    for losses in ({"not_consented": 3, "queue_full": 1}, {"outside_collection_window": 3, "queue_full": 1}):
        world.client.post("/agent/health", json={"losses": losses}, headers=agent)
        shown = world.done(world.client.get("/agents?limit=1000", headers=world.admin))[-1]["health"]
        assert shown == {"losses": {"queue_full": 1, "not_allowed": 3}}
