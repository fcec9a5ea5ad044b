"""Receipts are promises: nothing is answered before it is durable, a failure leaves no mark, a resend heals it."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from domain.event_batches import COLUMNS_MEDIA_TYPE
from domain.landing_files import CONTEXTS_FOLDER, CONTEXTS_GENERATION, LANDING_FOLDER
from governance_api.ingestion.landing import durable_files
from governance_api.ingestion.landing.known_contexts import KnownContexts
from governance_api.ingestion.routes import PATH, build_router
from tests.governance_api.ingestion.builders import (
    NOW,
    Agent,
    Client,
    Database,
    Service,
    application,
    columns_body,
    events,
    refused,
    session_of,
)


def post_all(service: Service, agent: Agent, bodies: list[bytes]) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {agent.token}", "Content-Type": COLUMNS_MEDIA_TYPE}
    return [answer.json() for answer in service.client.post_all(PATH, bodies, headers)]


def test_batches_that_come_together_are_written_to_few_files(service: Service, agent: Agent) -> None:
    bodies = [columns_body(f"b-{i}", agent.session, events(10, first=10 * i)) for i in range(40)]
    answers = post_all(service, agent, bodies)
    assert sum(answer["accepted"] for answer in answers) == 400
    assert [row[0] for row in service.landed("sequence")] == list(range(400))
    assert len(list(service.lake.glob(f"{LANDING_FOLDER}/*.parquet"))) < 20


def test_of_the_same_batch_sent_ten_times_at_once_one_is_accepted(service: Service, agent: Agent) -> None:
    answers = post_all(service, agent, [columns_body("b", agent.session, events(5))] * 10)
    assert sorted((a["accepted"], a["duplicate"]) for a in answers) == [(0, 5)] * 9 + [(5, 0)]
    assert len(service.landed()) == 5


def test_two_processes_that_get_the_same_batch_accept_it_once(
    service: Service, agent: Agent, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process commits between this one's look into the database and its own commit."""
    router, other = build_router(engine, service.lake, clock=lambda: NOW)
    other.start()
    client = Client(application(router))
    second = Service(client, other, service.lake)
    write = durable_files.write_durably
    answers = []

    def write_later(table: Any, path: Path, **options: Any) -> None:
        monkeypatch.undo()
        answers.append(second.send(agent, events(5)).json())
        write(table, path, **options)

    monkeypatch.setattr("governance_api.ingestion.landing.files.write_durably", write_later)
    late = service.send(agent, events(5)).json()
    client.close()
    other.stop()
    assert (answers[0]["accepted"], answers[0]["duplicate"]) == (5, 0)
    assert (late["accepted"], late["duplicate"]) == (0, 5)


@pytest.mark.parametrize("folder", [LANDING_FOLDER, CONTEXTS_FOLDER])
def test_a_full_disk_is_no_receipt_and_a_resend_heals_it(
    service: Service, agent: Agent, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    fsync = os.fsync

    def full(descriptor: int) -> None:
        if f"/{folder}/" in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr("governance_api.ingestion.landing.durable_files.os.fsync", full)
    answer = service.send(agent, events())
    assert refused(answer) == (503, "The events could not be stored just now: send the batch again.")
    assert answer.headers["retry-after"] == "1"
    monkeypatch.undo()
    assert not list(service.lake.glob("*/.writing-*"))
    assert service.landed() == []
    assert service.send(agent, events()).json()["accepted"] == 3
    assert [row[0] for row in service.landed("window_title")] == ["Costs"] * 3


def test_a_database_that_is_away_is_no_receipt_and_a_resend_heals_it(
    service: Service, agent: Agent, engine: Engine
) -> None:
    service.send(agent, events(), "b-0")

    def away(*_: Any) -> None:
        raise ConnectionError("the database is away")

    event.listen(engine, "before_cursor_execute", away)
    try:
        assert refused(service.send(agent, events(first=3), "b-1"))[0] in {500, 503}
    finally:
        event.remove(engine, "before_cursor_execute", away)
    assert service.send(agent, events(first=3), "b-1").json()["accepted"] == 3


def test_what_the_database_refuses_in_one_batch_does_not_take_the_others_with_it(
    service: Service, agent: Agent, database: Database
) -> None:
    database.execute("alter table governance.batch_receipts add constraint no_poison check (batch_key <> 'poison')")
    try:
        bodies = [columns_body(key, agent.session, events(2, first=i)) for i, key in enumerate(["a", "poison", "b"])]
        answers = post_all(service, agent, bodies)
    finally:
        database.execute("alter table governance.batch_receipts drop constraint no_poison")
    assert [answer.get("accepted", answer.get("status")) for answer in answers] == [2, 503, 2]
    landed = {path.name for path in service.lake.glob(f"{LANDING_FOLDER}/*.parquet")}
    recorded = {name for (name,) in database.rows("select file_name from governance.landings")}
    assert landed <= recorded


def test_two_contexts_with_one_key_are_refused_and_the_first_stays(
    agent: Agent, engine: Engine, tmp_path: Path
) -> None:
    router, ingestion = build_router(engine, tmp_path, clock=lambda: NOW, contexts=KnownContexts(lambda *_: 7))
    ingestion.start()
    client = Client(application(router))
    service = Service(client, ingestion, tmp_path)
    assert service.send(agent, events(window_title="first"), "b-0").json()["accepted"] == 3
    status, sentence = refused(service.send(agent, events(first=3, window_title="second"), "b-1"))
    assert status == 409
    assert "Two different contexts have the key 7: tell the operator" in sentence
    assert service.send(agent, events(first=6, window_title="first"), "b-2").json()["accepted"] == 3
    client.close()
    ingestion.stop()
    assert set(service.landed("window_title")) == {("first",)}


def test_a_restarted_service_knows_what_it_receipted(agent: Agent, engine: Engine, tmp_path: Path) -> None:
    for expected in ((3, 0), (0, 3)):
        router, ingestion = build_router(engine, tmp_path, clock=lambda: NOW)
        ingestion.start()
        client = Client(application(router))
        answer = Service(client, ingestion, tmp_path).send(agent, events()).json()
        client.close()
        ingestion.stop()
        assert (answer["accepted"], answer["duplicate"]) == expected


def test_stopping_answers_everything_that_was_submitted(service: Service, agent: Agent) -> None:
    service.send(agent, events())
    service.ingestion.stop()
    assert refused(service.send(agent, events(first=3), "b-1"))[0] == 503


def test_abandoned_files_are_removed_at_the_start_and_others_left(engine: Engine, tmp_path: Path) -> None:
    landing = tmp_path / LANDING_FOLDER
    landing.mkdir()
    old, young = landing / ".writing-old.parquet", landing / ".writing-young.parquet"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    _, ingestion = build_router(engine, tmp_path)
    ingestion.start()
    ingestion.stop()
    assert [path.name for path in landing.iterdir()] == [young.name]


def test_the_session_of_a_refused_batch_is_still_its_agents(service: Service, database: Database) -> None:
    agent, other = Agent(database), Agent(database).collecting()
    service.send(agent, events())
    session = session_of(other, agent.session.session_id)
    assert refused(service.send(other, events(), session=session))[0] == 403


def test_the_wire_form_has_room_for_fifty_thousand_events(service: Service, agent: Agent) -> None:
    rows = events(1) * 50_000
    assert service.send(agent, rows).json()["accepted"] == 50_000
    assert refused(service.send(agent, events(1) * 50_001, "b-1"))[0] == 422


def test_a_context_that_was_purged_is_written_anew_when_it_recurs(service: Service, agent: Agent) -> None:
    contexts = service.lake / CONTEXTS_FOLDER
    service.send(agent, events(5), batch_key="before")
    for path in contexts.glob("*.parquet"):
        path.unlink()
    service.send(agent, events(5, first=5), batch_key="still remembered")
    assert not list(contexts.glob("*.parquet"))
    (contexts / CONTEXTS_GENERATION).write_text("purged once")
    service.send(agent, events(5, first=10), batch_key="after")
    assert list(contexts.glob("*.parquet"))
