"""The audit log: every change is in it, chained, and a broken chain is found."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from governance_api.audit.chain import BEGINNING, Link, digest_of
from governance_api.audit.verification import walk
from tests.governance_api.world import World, sentence


def chain(count: int) -> list[Link]:
    links: list[Link] = []
    for number in range(count):
        link = Link(
            audit_entry_id=number,
            occurred_at=datetime(2025, 11, 3, tzinfo=UTC),
            account_id=1,
            agent_id=None,
            tag="a:b",
            noun_id=str(number),
            facts="{}",
            previous_digest=links[-1].digest if links else BEGINNING,
        )
        links.append(Link(**{**vars(link), "digest": digest_of(link)}))
    return links


def test_an_empty_chain_is_intact() -> None:
    assert walk([]).faults == []
    assert walk([]).head.digest == BEGINNING


@given(st.integers(1, 8), st.data())
def test_whatever_is_changed_or_taken_away_breaks_the_chain(count: int, data: st.DataObject) -> None:
    links = chain(count)
    assert walk(links).faults == []
    place = data.draw(st.integers(0, count - 1))
    changes = {"tag": "x", "noun_id": "x", "facts": "x", "account_id": 7, "agent_id": 7, "previous_digest": "x"}
    change = data.draw(st.sampled_from([*changes.items(), ("digest", "x")]))
    changed = [*links]
    changed[place] = Link(**{**vars(links[place]), change[0]: change[1]})
    assert walk(changed).first_broken_entry_id == place
    shortened = links[:place] + links[place + 1 :]
    assert (walk(shortened).faults == []) is (place == count - 1)
    assert walk(shortened).head.digest != links[-1].digest


def entries(world: World, tag: str) -> list[dict[str, Any]]:
    return world.done(world.client.get(f"/audit-entries?tag={tag}", headers=world.admin))  # type: ignore[no-any-return]


def test_a_deed_is_in_the_log_with_who_did_it_and_what(world: World) -> None:
    world.person("wanda")
    approval_id = world.approved("wanda")
    (entry,) = entries(world, "approval:approved")
    manager = world.client.get("/accounts/me", headers=world.manager()).json()
    assert entry["account_id"] == manager["account_id"]
    assert entry["noun_id"] == str(approval_id)
    assert entry["facts"]["decision_seq"] >= 1
    assert entries(world, "data_request:created")[0]["facts"]["logins"] == ["wanda"]


def test_a_refused_deed_leaves_no_entry(world: World) -> None:
    before = entries(world, "account:created")
    body = {"login": "admin", "display_name": "Second", "password": "long enough password"}
    sentence(world.client.post("/accounts", json=body, headers=world.admin), 409)
    assert entries(world, "account:created") == before


def test_no_secret_is_in_the_log(world: World) -> None:
    world.signed_in("secretive", "analyst")
    text = world.client.get("/audit-entries", headers=world.admin).text
    assert "correct horse battery" not in text
    assert "tm_account" not in text


def test_odd_facts_survive_the_way_through_the_database(world: World) -> None:
    report = {"rows": 1e20, "share": 0.1, "π": 'ünïcode \u2028 \\ "', "nested": {"b": [1, None, True], "a": {}}}
    headers = world.tokens["pipelines"]
    world.done(world.client.post("/purges", json={"report": report}, headers=headers))
    verification = world.done(world.client.get("/audit-entries/verification", headers=world.admin))
    assert verification["is_intact"]
    assert verification["first_broken_entry_id"] is None
    listed = world.done(world.client.get("/audit-entries", headers=world.admin))
    assert verification["entry_count"] == len(listed)
    assert verification["head_digest"] == listed[-1]["digest"]


def test_a_guardian_reads_on_from_where_they_stopped(world: World) -> None:
    guardian = world.signed_in("greta", "guardian")
    first = world.done(world.client.get("/audit-entries?limit=2", headers=guardian))
    assert len(first) == 2
    rest = world.done(world.client.get(f"/audit-entries?after={first[-1]['audit_entry_id']}", headers=guardian))
    assert rest[0]["previous_digest"] == first[-1]["digest"]


def test_guardians_fetch_the_anchors_and_compare_the_log_with_lines_they_kept(world: World) -> None:
    guardian = world.signed_in("gus", "guardian")
    anchors = world.done(world.client.get("/audit-entries/anchors", headers=guardian))
    assert anchors["public_key"].startswith("-----BEGIN PUBLIC KEY-----")
    kept = {"lines": anchors["lines"]}
    compared = world.done(world.client.post("/audit-entries/verification", json=kept, headers=guardian))
    assert compared["anchor_count"] == len(anchors["lines"]) >= 1
    assert compared["is_intact"]
    foreign = {"lines": [anchors["lines"][0].replace('"entry_count": ', '"entry_count": 9')]}
    answer = world.done(world.client.post("/audit-entries/verification", json=foreign, headers=guardian))
    assert "Anchor 1 does not carry the signature of this service: it was changed or made up." in answer["faults"]
    sentence(world.client.get("/audit-entries/anchors", headers=world.analyst()), 403)


def test_tampering_behind_the_services_back_is_found(world: World, database_url: str, engine: Engine) -> None:
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.Error, match="append-only"):
        connection.execute("delete from governance.audit_entries")
    with psycopg.connect(database_url) as connection:
        connection.execute("alter table governance.audit_entries disable trigger all")
        connection.execute("update governance.audit_entries set facts = '{}' where audit_entry_id = 2")
        connection.execute("alter table governance.audit_entries enable trigger all")
    verification = world.done(world.client.get("/audit-entries/verification", headers=world.admin))
    assert verification["is_intact"] is False
    assert verification["first_broken_entry_id"] == 2
