"""Whoever reads all that is told of the log, and tries every word, does not learn how somebody answered."""

import itertools
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from governance_api.audit.chain import BEGINNING, Link, digest_of
from governance_api.audit.tags import FORMER_TAGS
from tests.governance_api.world import World

_INSERT = text("""
insert into governance.audit_entries (occurred_at, agent_id, tag, noun_id, facts, previous_digest, digest)
values (:occurred_at, :agent_id, :tag, :noun_id, cast(:facts as jsonb), :previous_digest, :digest)
""")
_DIGESTS = text("select digest from governance.audit_entries")
_LAST = text("select digest from governance.audit_entries order by audit_entry_id desc limit 1")
ANSWERS = ("consent:declined", "consent:accepted", "consent:declined")


@pytest.fixture(scope="module")
def upgraded(world: World) -> World:
    """A log to which an earlier release added answers, and this one what came later."""
    world.person("otto")
    world.agent("otto")
    agent_id = world.done(world.client.get("/agents?limit=1000", headers=world.admin))[-1]["agent_id"]
    with world.engine.begin() as connection:
        for number, tag in enumerate(ANSWERS):
            link = Link(
                audit_entry_id=0,
                occurred_at=world.clock(),
                account_id=None,
                agent_id=agent_id,
                tag=tag,
                noun_id=str(number),
                facts='{"workstation_user_id": 1}',
                previous_digest=connection.scalar(_LAST) or BEGINNING,
            )
            values = vars(replace(link, digest=digest_of(link)))
            connection.execute(_INSERT, {name: value for name, value in values.items() if name != "audit_entry_id"})
    world.analyst("later")
    return world


def told(world: World) -> tuple[list[dict[str, Any]], set[str]]:
    """The entries, and every digest that is told of them anywhere."""
    paths = ("/audit-entries?limit=1000", "/audit-entries/anchors", "/audit-entries/verification")
    answers = [world.client.get(path, headers=world.admin) for path in paths]
    return world.done(answers[0]), {each for answer in answers for each in re.findall("[0-9a-f]{64}", answer.text)}


def possible(entry: dict[str, Any], *, previous_digest: str) -> Iterator[tuple[str, str]]:
    """Each word that the entry may have in place of the one told, and the digest that it would have then."""
    former = [word for word, now in FORMER_TAGS.items() if now == entry["tag"]]
    facts = (
        entry["facts"] if entry["facts"].get("head_digest", " ") else entry["facts"] | {"head_digest": previous_digest}
    )
    for word in [entry["tag"], *former]:
        link = Link(
            audit_entry_id=0,
            occurred_at=datetime.fromisoformat(entry["occurred_at"]),
            account_id=entry["account_id"],
            agent_id=entry["agent_id"],
            tag=word,
            noun_id=entry["noun_id"],
            facts=json.dumps(facts, ensure_ascii=False),
            previous_digest=previous_digest,
        )
        yield word, digest_of(link)


def readings(entries: list[dict[str, Any]], digests: Collection[str]) -> set[tuple[str, ...]]:
    """What the answers may have been: every chain of words that leads to the digests that are known."""
    candidates: dict[tuple[str, ...], str] = {(): BEGINNING}
    for entry in entries:
        has_answer = entry["tag"] in FORMER_TAGS.values()
        tried = {
            (*words, word) if has_answer else words: digest
            for words, before in candidates.items()
            for word, digest in possible(entry, previous_digest=before)
        }
        known = {words: digest for words, digest in tried.items() if digest in digests}
        # where no guess leads on, whoever guesses begins anew with the digest that is told
        candidates = known or {words: entry["digest"] or digest for words, digest in tried.items()}
    return set(candidates)


def test_the_words_are_found_out_by_whoever_knows_the_digests(upgraded: World) -> None:
    entries, _ = told(upgraded)
    with upgraded.engine.connect() as connection:
        assert readings(entries, set(connection.scalars(_DIGESTS))) == {ANSWERS}


def test_the_words_are_not_found_out_by_what_is_told(upgraded: World, app: FastAPI) -> None:
    count = 3 ** len(ANSWERS)
    assert len(readings(*told(upgraded))) == count
    for login in ("still-later", "even-later", "last-of-all"):
        app.state.anchor_keeper.anchor()
        upgraded.analyst(login)
        assert len(readings(*told(upgraded))) == count


def test_what_came_later_is_told_and_verified_by_the_anchors_that_are_told(upgraded: World, app: FastAPI) -> None:
    keeper = app.state.anchor_keeper
    for login in ("on-friday", "on-saturday"):
        upgraded.analyst(login)
        keeper.anchor()
    entries, _ = told(upgraded)
    first = next(place for place, each in enumerate(entries) if each["tag"] == "consent:answered")
    salted = next(place for place, each in enumerate(entries) if each["digest"] and place > first)
    assert entries[first]["previous_digest"] == entries[first - 1]["digest"] != ""
    assert {each["digest"] for each in entries[first:salted]} == {""}
    assert {each["previous_digest"] for each in entries[first + 1 : salted + 1]} == {""}
    assert (entries[salted]["tag"], entries[salted]["facts"]["head_digest"]) == ("audit:anchored", "")
    for before, after in itertools.pairwise(entries[salted:]):
        assert after["previous_digest"] == before["digest"] != ""
    assert "salt" not in str(entries)
    anchors = upgraded.done(upgraded.client.get("/audit-entries/anchors", headers=upgraded.admin))
    assert anchors["lines"][-1] == keeper.folder.lines()[-1]
    assert len(anchors["lines"]) + anchors["withheld_count"] == len(keeper.folder.lines())
    assert anchors["withheld_count"] > 0
    path, kept = "/audit-entries/verification", {"lines": anchors["lines"]}
    compared = upgraded.done(upgraded.client.post(path, json=kept, headers=upgraded.admin))
    whole = upgraded.done(upgraded.client.get(path, headers=upgraded.admin))
    assert compared["faults"] == whole["faults"] == []
    assert whole["head_digest"] == entries[-1]["digest"]
