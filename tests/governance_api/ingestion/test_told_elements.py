"""Whatever an agent sends, of elements no more is stored than may be told."""

import json
from datetime import datetime, timedelta

from domain.element_roles import told_element
from domain.event_batches import COLUMNS_MEDIA_TYPE, ROWS_MEDIA_TYPE, Element
from domain.raw_events import RawEvent
from tests.governance_api.ingestion.builders import NOW, Agent, Database, Service, events

SENT = (
    Element("button", "Save", "save"),
    Element("link", "Result: positive", "r"),
    Element("list item", "Jane Doe"),
    Element("password text", "hunter2", "h"),
    Element("Jane Doe has diabetes", "x"),
)
TEXTS = "element_role, element_name, element_id, key_count, value_length"


def _rows(application: str = "excel.exe", *, first: int = 0, at: datetime = NOW - timedelta(hours=1)) -> list[RawEvent]:
    return [
        events(1, first=first + number, at=at, application=application, key_count=7, value_length=7,
               element_role=each.role, element_name=each.name, element_id=each.element_id)[0]
        for number, each in enumerate(SENT)
    ]  # fmt: skip


def test_names_of_content_ids_of_things_and_counts_of_secrets_are_not_stored(service: Service, agent: Agent) -> None:
    for number, form in enumerate((COLUMNS_MEDIA_TYPE, ROWS_MEDIA_TYPE)):
        answer = service.send(agent, _rows(first=10 * number), f"b-{number}", form=form)
        assert json.loads(answer.content)["accepted"] == len(SENT)
        assert json.loads(service.send(agent, _rows(first=10 * number), f"b-{number}", form=form).content)["duplicate"]
    once = [
        ("button", "Save", "save", 7, 7),
        ("link", "", "", 7, 7),
        ("list item", "", "", 7, 7),
        ("password text", "", "", 0, 0),
        ("other", "", "", 7, 7),
    ]
    assert service.landed(TEXTS) == once * 2


def test_content_is_named_in_programs_that_the_configuration_names_and_all_requests_were_filed_with(
    service: Service, agent: Agent, database: Database
) -> None:
    database.execute(
        "insert into governance.configuration_records (record_group, name, value) values"
        " ('agent', 'applications_with_named_content', '[\"Excel\"]') on conflict (record_group, name)"
        " do update set value = excluded.value"
    )
    asked, twice = Agent(database).collecting(), Agent(database).collecting()
    database.execute(
        "update governance.data_requests set applications_with_named_content = '{excel.exe,mail}'"
        " from governance.approvals where approvals.data_request_id = data_requests.data_request_id"
        " and approvals.workstation_user_id = any(%s)",
        [asked.workstation_user_id, twice.workstation_user_id],
    )
    twice.answer(twice.approve(NOW - timedelta(minutes=59)))  # later, and not asked with any program
    try:
        service.send(agent, _rows())
        service.send(asked, [*_rows(), *_rows("mail", first=10)])
        service.send(twice, [*_rows(), *_rows(first=10, at=NOW - timedelta(minutes=30))])
    finally:
        database.execute(
            "update governance.configuration_records set value = '[]' where name = 'applications_with_named_content'"
        )
    rows = service.landed(f"session_key, {TEXTS}")
    told = {key: [row[1:3] for row in rows if row[0] == key] for key in {row[0] for row in rows}}
    named = [(each.role, each.name) for each in (told_element(each, is_content_named=True) for each in SENT)]
    unnamed = [(each.role, each.name) for each in map(told_element, SENT)]
    assert sorted(told.values()) == sorted([unnamed, [*named, *unnamed], [*named, *unnamed]])
    assert ("list item", "Jane Doe") in named
