"""What is no event batch: one sentence (what, where, remedy), the right status, a loss, and nothing stored."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec
import pytest
from backports import zstd

from domain.event_batches import COLUMNS_MEDIA_TYPE, MAX_BATCH_BYTES, ROWS_MEDIA_TYPE, AgentSession, batch_of_rows
from governance_api.ingestion.errors import InterruptedBatchError
from tests.governance_api.ingestion.builders import Agent, Service, columns_body, events, refused, rows_body

SESSION = AgentSession(UUID(int=1), "mia", "desk-1", "Europe/Berlin", "1.0")
GOOD = json.loads(msgspec.json.encode(events(1)[0]))
HEADER = json.loads(rows_body("b", SESSION, []).splitlines()[0])


def ndjson(*lines: Any) -> bytes:
    return b"\n".join(json.dumps(line).encode() for line in lines)


def columns(**changes: Any) -> bytes:
    batch = msgspec.structs.replace(batch_of_rows("b", SESSION, events(2)), **changes)
    return msgspec.msgpack.encode(batch)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "Line 1 is no batch header. Input data was truncated: send batch_key and session there."),
        (b"not json", "Line 1 is no batch header. JSON is malformed"),
        (ndjson(GOOD), "Line 1 is no batch header."),
        (ndjson(HEADER), "The batch has 0 events: send 1 to 50,000 in one batch."),
        (ndjson(HEADER, GOOD, GOOD | {"colour": "red"}), "Line 3: Object contains unknown field `colour`"),
        (
            ndjson(HEADER, GOOD, GOOD | {"kind": "blinked"}),
            "Line 3: Invalid enum value 'blinked' - at `$.kind`: correct",
        ),
        (ndjson(HEADER, GOOD | {"window_title": "x" * 2**20}), "Line 2: Expected `str` of length <= 4096"),
        (ndjson(HEADER, GOOD | {"occurred_at": "2026-03-02T10:00:00"}), "Line 2: "),
        (ndjson(HEADER, GOOD | {"sequence": -1}), "Line 2: Expected `int` >= 0 - at `$.sequence`"),
        (ndjson(HEADER) + b'\n{"sequence": 0, "occ', "Line 2: Input data was truncated"),
        (ndjson(HEADER) + b'\n{"window_title": "\xff\xfe"}', "Line 2: "),
        (ndjson(HEADER, GOOD | {"window_title": "\ud800"}), "Line 2"),
        (ndjson(HEADER | {"batch_key": "a\0b"}, GOOD), "batch_key holds a NUL character: remove it."),
    ],
)
def test_bad_rows_are_named_by_line(service: Service, agent: Agent, body: bytes, sentence: str) -> None:
    assert_refused_and_counted(service, agent, body, ROWS_MEDIA_TYPE, sentence)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The body is no event batch. Input data was truncated"),
        (b"\xc1", "The body is no event batch."),
        (columns(kind=b"", sequence=b"", occurred_at=b"", context=b""), "The batch has 0 events"),
        (columns(kind=b"\x00\xfa"), "Column kind holds 250 where 0 to 20 are known"),
        (columns(sequence=b"\x00" * 8), "Column sequence has 8 bytes where 2 events need 16"),
        (columns(sequence=b"\xff" * 16), "Column sequence leaves 0 to"),
        (columns(sequence=b"\x00" * 15), "Column sequence has 15 bytes"),
        (columns(contexts=[]), "Column context holds 0 where"),
        (columns(task=b"\x01" * 8), "Column task holds"),
        (columns(key_count=b"\xff" * 8), "Column key_count has a negative number"),
        (columns(batch_key=""), "Expected `str` of length >= 1 - at `$.batch_key`"),
        (columns()[:-3], "Input data was truncated"),
        (msgspec.msgpack.encode({"batch_key": "b", "colour": 1}), "unknown field `colour`"),
        (columns().replace(b"Costs", b"\xff\xfe\xfd\xfc\xfb"), "UTF-8"),
    ],
)
def test_bad_columns_are_named(service: Service, agent: Agent, body: bytes, sentence: str) -> None:
    assert_refused_and_counted(service, agent, body, COLUMNS_MEDIA_TYPE, sentence)


def assert_refused_and_counted(service: Service, agent: Agent, body: bytes, form: str, sentence: str) -> None:
    for _ in range(2):  # a resend of the same bytes is the same loss
        status, said = refused(service.post(agent, body, form=form))
        assert status == 422
        assert sentence.lower() in said.lower()
        assert said.endswith(".") or ": " in said
    losses = "select reason, event_count, reported_by from governance.losses where agent_id = %s"
    assert agent.database.rows(losses, agent.agent_id) == [("malformed_batch", 1, "ingestion")]
    assert service.landed() == []
    assert agent.database.rows("select 1 from governance.batch_receipts where agent_id = %s", agent.agent_id) == []


@pytest.mark.parametrize(
    ("encoding", "pack", "sentence"),
    [
        ("zstd", bytes, "The body is no zstd frame"),
        ("gzip", bytes, "The body is no gzip stream"),
        ("zstd", lambda body: zstd.compress(body)[:-4], "The zstd body ends too early: send one whole zstd stream."),
        ("zstd", lambda body: zstd.compress(body) + b"more", "has 4 bytes behind its end"),
    ],
)
def test_a_broken_compression_is_named(service: Service, agent: Agent, encoding: str, pack: Any, sentence: str) -> None:
    body = pack(columns_body("b", agent.session, events()))
    status, said = refused(service.post(agent, body, encoding=encoding))
    assert (status, sentence in said) == (422, True)


def test_a_body_that_unpacks_beyond_the_bound_is_refused_and_counted(service: Service, agent: Agent) -> None:
    bomb = zstd.compress(bytes(20 * MAX_BATCH_BYTES))
    assert refused(service.post(agent, bomb, encoding="zstd"))[0] == 413
    losses = "select reason, event_count from governance.losses where agent_id = %s"
    assert agent.database.rows(losses, agent.agent_id) == [("oversized_batch", 1)]


@pytest.mark.parametrize(
    ("form", "encoding", "sentence"),
    [
        ("application/json", "identity", "Content-Type is 'application/json': send application/x-ndjson or"),
        ("", "identity", "Content-Type is ''"),
        (ROWS_MEDIA_TYPE, "br", "Content-Encoding is 'br': send zstd, gzip or identity."),
    ],
)
def test_an_unknown_form_is_refused(service: Service, agent: Agent, form: str, encoding: str, sentence: str) -> None:
    status, said = refused(service.post(agent, b"x", form=form, encoding=encoding))
    assert (status, sentence in said) == (415, True)


def test_a_parameter_of_the_content_type_does_no_harm(service: Service, agent: Agent) -> None:
    form = f"{ROWS_MEDIA_TYPE}; charset=utf-8"
    assert service.post(agent, rows_body("b", agent.session, events()), form=form).json()["accepted"] == 3


def test_after_a_bad_batch_good_ones_are_stored(service: Service, agent: Agent) -> None:
    service.post(agent, b"garbage")
    assert service.send(agent, events()).json()["accepted"] == 3


def test_a_sender_who_leaves_before_the_end_has_lost_nothing_and_will_send_again(
    service: Service, agent: Agent
) -> None:
    body = columns_body("b", agent.session, events())
    messages: Iterator[dict[str, Any]] = iter(
        [{"type": "http.request", "body": body[:-9], "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(_: Any) -> None:
        pytest.fail("Nobody is there to be answered.")

    headers = {b"authorization": f"Bearer {agent.token}".encode(), b"content-type": COLUMNS_MEDIA_TYPE.encode()}
    with pytest.raises(InterruptedBatchError):
        asyncio.run(service.ingestion({"headers": list(headers.items())}, receive, send))
    assert agent.database.rows("select 1 from governance.losses where agent_id = %s", agent.agent_id) == []
