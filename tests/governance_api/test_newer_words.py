"""Words that only a newer release knows, in every column of a closed set: lists go on, and the odd row says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import ARRAY, Column, Connection, Engine, text

from governance_api.database import Word
from governance_api.sessions import all_tables
from tests.governance_api.edge.test_lists import PAGES, Organisation, list_paths, page_of, rows_of
from tests.governance_api.world import World, sentence

NEWER = "newer"
TOLD = "newer (a word that this release does not know)"
#: What the lists' own organisation has none of.
MORE_ROWS = (
    "insert into governance.consents (approval_id, workstation_user_id, answer, text, answered_at)"
    " select approval_id, workstation_user_id, 'accepted', 'Yes?', now() from governance.approvals"
    " where decision = 'approved'",
    "insert into governance.losses (reason, event_count, reported_by, first_at, last_at)"
    " values ('spool_full', 3, 'agent', now(), now())",
    "insert into governance.failed_sign_ins (way_in, account, address, first_at, last_at, failed_count, told_count)"
    " values ('token', 'unknown', '', now(), now(), 1, 1)",
)
#: Those that no list shows.
SHOWN_NOWHERE = {
    "failed_sign_ins.way_in",
    "consents.answer",
    "categorization_rules.activity_kind",
    "configuration_records.record_group",
}


def is_array(column: Column[Any]) -> bool:
    return isinstance(column.type, ARRAY) and isinstance(column.type.item_type, Word)


ALL = [column for table in all_tables().tables.values() for column in table.columns]
COLUMNS = {str(each): each for each in ALL if isinstance(each.type, Word) or is_array(each)}


@pytest.fixture(scope="module")
def organisation(world: World) -> Organisation:
    organisation = Organisation(world)
    organisation.grow(2)
    with world.engine.begin() as connection:
        for statement in MORE_ROWS:
            connection.execute(text(statement))
    return organisation


@contextmanager
def stored(engine: Engine, column: Column[Any]) -> Iterator[None]:
    """The last row holds such a word, or, where it is part of the key, one more row does; afterwards none does."""
    newer = f"array['{NEWER}']" if is_array(column) else f"'{NEWER}'"
    last = f"ctid = (select max(ctid) from {column.table})"
    others = ", ".join(each.name for each in column.table.columns if each is not column)
    with unguarded(engine, column.table) as connection:
        (former,) = connection.execute(text(f"select {column.name} from {column.table} where {last}")).one()
        if column.primary_key:
            copied = f"select {newer}, {others} from {column.table} where {last}"
            connection.execute(text(f"insert into {column.table} ({column.name}, {others}) {copied}"))
        else:
            connection.execute(text(f"update {column.table} set {column.name} = {newer} where {last}"))
    try:
        yield
    finally:
        with unguarded(engine, column.table) as connection:
            odd = f"where {column.name} = {newer}"
            if column.primary_key:
                connection.execute(text(f"delete from {column.table} {odd}"))
            else:
                back = text(f"update {column.table} set {column.name} = :former {odd}")
                connection.execute(back, {"former": former})


@contextmanager
def unguarded(engine: Engine, table: object) -> Iterator[Connection]:
    """As the migration of a newer release leaves it: other words pass. Nor does the audit log mind."""
    checks = text(f"select conname from pg_constraint where contype = 'c' and conrelid = '{table}'::regclass")
    with engine.begin() as connection:
        for name in connection.scalars(checks).all():
            connection.execute(text(f"alter table {table} drop constraint {name}"))
        connection.execute(text("set local session_replication_role = replica"))
        yield connection


@pytest.mark.parametrize("name", COLUMNS)
def test_every_list_goes_on(organisation: Organisation, app: FastAPI, name: str) -> None:
    engine = organisation.world.engine
    paths = list_paths(app)
    before = {path: len(rows_of(organisation, path, limit=10_000)) for path in paths}
    with stored(engine, COLUMNS[name]):
        lists = {path: rows_of(organisation, path, limit=10_000) for path in paths}
        pages = [page_of(organisation, path) for path in PAGES]
    assert {path: len(rows) for path, rows in lists.items()} == before
    shown = [path for path, rows in lists.items() if TOLD in str(rows)]
    assert bool(shown) is (name not in SHOWN_NOWHERE), shown
    assert all("</html>" in page for page in pages)


def test_there_are_such_columns() -> None:
    assert len(COLUMNS) >= 20
    assert COLUMNS.keys() > SHOWN_NOWHERE


def test_what_rests_on_such_a_word_is_refused_with_a_sentence_and_changed_by_nobody(organisation: Organisation) -> None:
    world = organisation.world
    project = world.project("Newer terms", "ours-0", by=organisation.headers)
    path, body = (
        f"/projects/{project['project_id']}",
        {"name": "R", "purpose": "P", "project_id": project["project_id"]},
    )
    with stored(world.engine, COLUMNS["projects.visibility"]):
        assert world.done(world.client.get(path, headers=organisation.headers))["visibility"] == TOLD
        said = sentence(world.client.post("/data-requests", json=body, headers=organisation.headers), 409)
        assert said == f"This rests on {TOLD}: update the service, then ask again."
    with stored(world.engine, COLUMNS["projects.stage"]):
        for move in ("open", "close", "archive"):
            assert TOLD in sentence(world.client.post(f"{path}/{move}", headers=organisation.headers), 409)
        sentence(world.client.patch(path, json={"name": "Another"}, headers=organisation.headers), 409)
    assert world.done(world.client.get(path, headers=organisation.headers)) == project


@pytest.mark.parametrize("term", ["visibility", "anonymization_level", "collection_cadence", "goals"])
def test_a_manager_is_told_of_a_term_that_is_such_a_word(organisation: Organisation, term: str) -> None:
    world = organisation.world
    world.request("ours-0", by=world.analyst(), visibility="individual")
    with stored(world.engine, COLUMNS[f"data_requests.{term}"]):
        assert TOLD.lower() in page_of(organisation, PAGES[0]).lower()
    assert TOLD.lower() not in page_of(organisation, PAGES[0]).lower()


def test_an_approval_with_such_a_decision_waits_and_is_decided_by_nobody(organisation: Organisation) -> None:
    world = organisation.world
    request = world.request("ours-0", by=world.analyst())
    approval_id = request["approvals"][0]["approval_id"]
    path = f"/data-requests/{request['data_request_id']}"
    with stored(world.engine, COLUMNS["approvals.decision"]):
        seen = world.done(world.client.get(path, headers=world.analyst()))
        assert (seen["stage"], seen["approvals"][0]["decision"]) == ("waiting_for_approval", TOLD)
        assert seen["approval_counts"][TOLD] == 1
        answer = world.client.post(f"/approvals/{approval_id}/approve", headers=organisation.headers)
        assert TOLD in sentence(answer, 409)
