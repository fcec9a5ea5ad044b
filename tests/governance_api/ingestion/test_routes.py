"""POST /agent/event-batches: who may send, what is answered, and that the numbers add up."""

import gzip
import json
from collections.abc import Callable
from copy import copy
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
from backports import zstd

from domain.event_batches import (
    COLUMNS_MEDIA_TYPE,
    MAX_BATCH_BYTES,
    PREFER_REFUSED_EVENTS,
    ROWS_MEDIA_TYPE,
    BatchReceipt,
    from_microseconds,
    to_microseconds,
)
from domain.event_kinds import EventKind
from domain.landing_files import LANDING_FOLDER
from domain.raw_events import RawEvent
from governance_api.security.secrets_at_rest import token_hash
from tests.governance_api.ingestion.builders import (
    NOW,
    Agent,
    Database,
    Service,
    columns_body,
    events,
    refused,
    rows_body,
    session_of,
)

FORMS = pytest.mark.parametrize("form", [COLUMNS_MEDIA_TYPE, ROWS_MEDIA_TYPE])


def test_nobody_may_send_without_a_token(service: Service) -> None:
    assert refused(service.post(None, b""))[0] == 401


def test_a_wrong_token_is_refused_with_the_remedy(service: Service, agent: Agent) -> None:
    agent.token = "agent_wrong"
    assert refused(service.send(agent, events())) == (
        401,
        "No installed agent has this token: enrol the agent again.",
    )


def test_an_uninstalled_agent_may_not_send(service: Service, agent: Agent, database: Database) -> None:
    database.execute("update governance.agents set stage = 'uninstalled' where agent_id = %s", agent.agent_id)
    assert refused(service.send(agent, events()))[0] == 401


def test_an_agent_that_waits_to_be_confirmed_may_not_send(service: Service, agent: Agent, database: Database) -> None:
    database.execute("update governance.agents set stage = 'requested' where agent_id = %s", agent.agent_id)
    status, told = refused(service.send(agent, events()))
    assert status == 403
    assert "waits to be confirmed" in told


@pytest.mark.parametrize("is_for_recordings", [False, True])
def test_what_a_further_agent_of_a_consenting_person_sends_needs_a_yes_given_there(
    service: Service, agent: Agent, database: Database, is_for_recordings: bool
) -> None:
    """An agent for recordings is at nobody's workstation: it delivers what the person consents to elsewhere."""
    assert service.send(agent, events()).json()["accepted"] == 3
    laptop = copy(agent)
    laptop.token, laptop.session = f"agent_{agent.login}_laptop", msgspec.structs.replace(agent.session, host="laptop")
    laptop.session = session_of(laptop, uuid4())
    laptop.agent_id = database.value(
        "insert into governance.agents"
        " (workstation_user_id, host, agent_version, token_hash, stage, is_for_recordings)"
        " values (%s, 'laptop', '1.0', %s, 'installed', %s) returning agent_id",
        agent.workstation_user_id,
        token_hash(laptop.token),
        is_for_recordings,
    )
    receipt = service.send(laptop, events(), "b-1").json()
    assert (receipt["accepted"], receipt["refused"]) == ((3, {}) if is_for_recordings else (0, {"not_consented": 3}))


@FORMS
def test_a_batch_lands_and_is_receipted(service: Service, agent: Agent, database: Database, form: str) -> None:
    rows = events(2, key_count=7, element_role="button", element_name="Save", task_name="Onboarding", case_id="C1")
    answer = service.send(agent, rows, form=form)
    receipt = msgspec.json.decode(answer.content, type=BatchReceipt)
    assert (receipt.sent, receipt.accepted, receipt.duplicate, receipt.refused) == (2, 2, 0, {})
    assert from_microseconds(receipt.server_time_us) == NOW
    names = (
        "workstation_user_id, sequence, epoch_us(occurred_at), kind, application, window_title, url, source, key_count"
    )
    texts = "element_role, element_name, element_id, task_name, case_id, session_key"
    person, key = agent.workstation_user_id, agent.session.key
    assert service.landed(f"{names}, {texts}") == [
        (
            person,
            i,
            to_microseconds(row.occurred_at),
            1,
            "excel.exe",
            "Costs",
            "",
            0,
            7,
            "button",
            "Save",
            "",
            "Onboarding",
            "C1",
            key,
        )
        for i, row in enumerate(rows)
    ]
    assert database.rows("select session_id, agent_id from governance.agent_sessions where session_key = %s", key) == [
        (agent.session.session_id, agent.agent_id)
    ]
    ((name, recorded),) = database.rows(
        "select file_name, event_count from governance.batch_receipts join governance.landings using (landing_id)"
        " where agent_id = %s",
        agent.agent_id,
    )
    assert recorded == 2
    assert (service.lake / LANDING_FOLDER / name).is_file()
    assert database.value("select last_seen_at from governance.agents where agent_id = %s", agent.agent_id) == NOW


@pytest.mark.parametrize("encoding", ["zstd", "gzip", "identity"])
@FORMS
def test_both_forms_come_in_three_encodings(service: Service, agent: Agent, form: str, encoding: str) -> None:
    encode = columns_body if form == COLUMNS_MEDIA_TYPE else rows_body
    packs: dict[str, Callable[[bytes], bytes]] = {"zstd": zstd.compress, "gzip": gzip.compress, "identity": bytes}
    answer = service.post(agent, packs[encoding](encode("b", agent.session, events())), form=form, encoding=encoding)
    assert answer.json()["accepted"] == 3


def test_a_session_of_somebody_else_is_refused(service: Service, agent: Agent, database: Database) -> None:
    other = Agent(database).collecting()
    status, sentence = refused(service.send(agent, events(), session=other.session))
    assert status == 403
    assert sentence.endswith("enrol an agent for each person who signs in.")
    assert service.landed() == []


def test_a_login_may_be_spelt_in_capitals(service: Service, agent: Agent) -> None:
    session = msgspec.structs.replace(agent.session, login=agent.login.upper())
    assert service.send(agent, events(), session=session).json()["accepted"] == 3


def test_a_session_id_that_another_agent_began_is_refused(service: Service, agent: Agent, database: Database) -> None:
    other = Agent(database).collecting()
    service.send(agent, events())
    status, sentence = refused(service.send(other, events(), session=session_of(other, agent.session.session_id)))
    assert (status, sentence.split(":")[0]) == (403, "This session_id belongs to another agent")
    assert len(service.landed()) == 3


@FORMS
def test_without_a_window_every_event_is_refused_and_counted(service: Service, database: Database, form: str) -> None:
    agent = Agent(database)
    receipt = service.send(agent, events(), form=form).json()
    assert (receipt["accepted"], receipt["refused"]) == (0, {"outside_collection_window": 3})
    assert service.landed() == []
    assert not list(service.lake.glob("contexts/*"))
    assert database.rows(
        "select reason, event_count, first_at, last_at, reported_by from governance.losses where agent_id = %s",
        agent.agent_id,
    ) == [
        ("outside_collection_window", 3, NOW - timedelta(hours=1), NOW - timedelta(minutes=59, seconds=58), "ingestion")
    ]


@pytest.mark.parametrize("answer", [None, "declined"])
def test_without_consent_every_event_is_refused_for_that_reason(
    service: Service, database: Database, answer: str | None
) -> None:
    agent = Agent(database)
    approval_id = agent.approve(NOW - timedelta(days=1))
    if answer:
        agent.answer(approval_id, "accepted")
        agent.answer(approval_id, answer)
    assert service.send(agent, events()).json()["refused"] == {"not_consented": 3}


def test_each_event_is_judged_by_itself_and_contexts_of_refused_ones_are_not_kept(
    service: Service, database: Database
) -> None:
    agent = Agent(database).collecting(NOW - timedelta(hours=2), NOW - timedelta(hours=1))
    agent.approve(NOW - timedelta(minutes=30), NOW)
    rows = [
        *events(1, at=NOW - timedelta(hours=3), window_title="too early"),
        *events(1, at=NOW - timedelta(hours=2), first=1),
        *events(1, at=NOW - timedelta(hours=1), first=2, window_title="the end is outside"),
        *events(1, at=NOW - timedelta(minutes=10), first=3, window_title="not consented"),
        *events(1, at=NOW + timedelta(minutes=5), first=4, window_title="nearly now, outside"),
        *events(2, at=NOW + timedelta(days=1), first=5, window_title="a clock ahead"),
    ]
    receipt = service.send(agent, rows).json()
    assert receipt["refused"] == {"clock_ahead": 2, "not_consented": 1, "outside_collection_window": 3}
    assert "refused_events" not in receipt  # agents of before know nothing of it
    service.prefers = PREFER_REFUSED_EVENTS
    named = service.send(agent, rows, "b-2").json()["refused_events"]
    assert named["clock_ahead"] == [5, 6]
    assert {reason: len(sequences) for reason, sequences in named.items()} == receipt["refused"]
    assert receipt["sent"] == receipt["accepted"] + receipt["duplicate"] + sum(receipt["refused"].values())
    assert set(service.landed("sequence, window_title")) == {(1, "Costs")}
    contexts = [path.read_bytes() for path in service.lake.glob("contexts/*")]
    assert not any(b"consented" in content or b"early" in content for content in contexts)


@FORMS
def test_a_batch_sent_again_is_a_duplicate_and_changes_nothing(service: Service, agent: Agent, form: str) -> None:
    rows = [*events(3), *events(1, at=NOW - timedelta(days=9), first=3)]
    service.send(agent, rows, form=form)
    again = service.send(agent, rows, form=form).json()
    assert (again["sent"], again["accepted"], again["duplicate"]) == (4, 0, 3)
    assert again["refused"] == {"outside_collection_window": 1}
    assert len(service.landed()) == 3
    assert agent.database.value("select count(*) from governance.losses where agent_id = %s", agent.agent_id) == 1


def test_a_batch_key_with_other_events_is_refused(service: Service, agent: Agent) -> None:
    service.send(agent, events(3))
    status, sentence = refused(service.send(agent, events(4)))
    assert (status, sentence) == (
        409,
        "Batch 'b-0' was receipted with 3 events and now has 4: nothing of it was stored; "
        "send other events under another batch_key.",
    )


@pytest.mark.parametrize(
    "other",
    [
        events(3, at=NOW - timedelta(hours=2)),
        events(3, first=1),
        events(3, window_title="Others"),
        events(3, element_name="Save"),
        events(3, task_name="Invoice"),
        events(3, key_count=1),
        events(3, kind=EventKind.COPIED),
    ],
    ids=["time", "sequence", "context", "element", "task", "count", "kind"],
)
@FORMS
def test_as_many_other_events_under_a_batch_key_are_no_duplicate(
    service: Service, agent: Agent, form: str, other: list[RawEvent]
) -> None:
    service.send(agent, events(3), form=form)
    status, sentence = refused(service.send(agent, other, form=form))
    assert (status, "has other events: nothing of it was stored" in sentence) == (409, True)
    assert service.send(agent, other, "b-1", form=form).json()["accepted"] == 3


def test_a_batch_of_another_session_under_a_batch_key_is_no_duplicate(service: Service, agent: Agent) -> None:
    service.send(agent, events(3))
    other = msgspec.structs.replace(agent.session, session_id=uuid4())
    assert refused(service.send(agent, events(3), session=other))[0] == 409


def test_a_batch_receipted_before_contents_were_kept_is_known_by_its_size(
    service: Service, agent: Agent, database: Database
) -> None:
    service.send(agent, events(3))
    database.execute("update governance.batch_receipts set content_hash = null where agent_id = %s", agent.agent_id)
    assert service.send(agent, events(3)).json()["duplicate"] == 3


def test_two_agents_may_use_one_batch_key(service: Service, agent: Agent, database: Database) -> None:
    other = Agent(database).collecting()
    assert service.send(agent, events()).json()["accepted"] == 3
    assert service.send(other, events()).json()["accepted"] == 3


def test_the_route_is_documented(service: Service) -> None:
    operation = json.loads(service.client.get("/openapi.json").content)["paths"]["/agent/event-batches"]["post"]
    assert set(operation["requestBody"]["content"]) == {COLUMNS_MEDIA_TYPE, ROWS_MEDIA_TYPE}
    assert {"200", "401", "403", "409", "413", "415", "422", "503"} <= set(operation["responses"])
    receipt = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert "accepted" in receipt["properties"]


def test_other_methods_are_not_allowed(service: Service) -> None:
    assert service.client.get("/agent/event-batches").status_code == 405


def test_a_body_that_is_announced_too_large_is_refused_unread_and_counted(service: Service, agent: Agent) -> None:
    assert refused(service.post(agent, b"x" * (MAX_BATCH_BYTES + 1)))[0] == 413
    reason = "select reason, event_count from governance.losses where agent_id = %s"
    assert agent.database.rows(reason, agent.agent_id) == [("oversized_batch", 1)]
