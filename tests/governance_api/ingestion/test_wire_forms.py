"""Both wire forms say the same: whatever rows are sent, the decoded batches are equal."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.contexts import APPLICATION_MAX, URL_MAX, WINDOW_TITLE_MAX
from domain.event_batches import COLUMNS_MEDIA_TYPE, ROWS_MEDIA_TYPE, AgentSession, to_microseconds
from domain.event_kinds import EventKind
from domain.raw_events import (
    CASE_ID_MAX,
    ELEMENT_ID_MAX,
    ELEMENT_NAME_MAX,
    ELEMENT_ROLE_MAX,
    SEQUENCE_MAX,
    TASK_NAME_MAX,
    RawEvent,
)
from governance_api.ingestion.errors import MalformedBatchError
from governance_api.ingestion.wire_forms.decoding import decode_batch
from governance_api.ingestion.wire_forms.event_columns import DecodedBatch
from tests.governance_api.ingestion.builders import NOW, columns_body, rows_body

SESSION = AgentSession(UUID(int=7), "mia", "desk-1", "Europe/Berlin", "1.0")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
COUNTS = st.integers(0, 2**31 - 1)
EVENTS = st.builds(
    RawEvent,
    st.integers(0, 2**53),
    st.datetimes(datetime(1970, 1, 2), datetime(2099, 12, 31), timezones=st.just(UTC)),
    st.sampled_from(EventKind),
    TEXTS,
    TEXTS,
    TEXTS,
    TEXTS,
    TEXTS,
    TEXTS,
    COUNTS,
    COUNTS,
    TEXTS,
    TEXTS,
    st.sampled_from(["agent", "browser", "import", "simulation"]),
)


def read(batch: DecodedBatch) -> list[tuple[object, ...]]:
    events = batch.events
    elements = [("", "", ""), *((e.role, e.name, e.element_id) for e in batch.elements)]
    tasks = [("", ""), *((t.name, t.case_id) for t in batch.tasks)]
    contexts = [(c.application, c.window_title, c.url) for c in batch.contexts]
    numbers = (
        events.sequence,
        events.occurred_at_us,
        events.kind,
        events.source,
        events.key_count,
        events.value_length,
    )
    return [
        (*numbers_of_one, contexts[context], elements[element], tasks[task])
        for numbers_of_one, context, element, task in zip(
            zip(*(np.asarray(each).tolist() for each in numbers), strict=True),
            events.context,
            events.element,
            events.task,
            strict=True,
        )
    ]


@settings(deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=6))
def test_rows_and_columns_decode_to_the_same_events(rows: list[RawEvent]) -> None:
    by_columns = decode_batch(columns_body("b", SESSION, rows), media_type=COLUMNS_MEDIA_TYPE, encoding="identity")
    by_rows = decode_batch(rows_body("b", SESSION, rows), media_type=ROWS_MEDIA_TYPE, encoding="identity")
    assert read(by_columns) == read(by_rows)
    assert [each[1] for each in read(by_rows)] == [to_microseconds(row.occurred_at) for row in rows]
    assert (by_rows.batch_key, by_rows.session) == (by_columns.batch_key, by_columns.session) == ("b", SESSION)
    assert by_rows.content_hash() == by_columns.content_hash()


@pytest.mark.parametrize(
    ("field", "value", "is_taken"),
    [
        ("sequence", SEQUENCE_MAX, True),
        ("sequence", SEQUENCE_MAX + 1, False),
        ("sequence", -1, False),
        ("key_count", 2**31 - 1, True),
        ("key_count", -1, False),
        ("value_length", 2**31 - 1, True),
        ("value_length", -1, False),
        ("occurred_at", datetime(1970, 1, 1, tzinfo=UTC), True),
        ("occurred_at", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), False),
        ("occurred_at", datetime(9999, 12, 31, tzinfo=UTC), True),
        ("application", "a" * APPLICATION_MAX, True),
        ("application", "a" * (APPLICATION_MAX + 1), False),
        ("window_title", "a" * (WINDOW_TITLE_MAX + 1), False),
        ("url", "a" * (URL_MAX + 1), False),
        ("element_role", "a" * (ELEMENT_ROLE_MAX + 1), False),
        ("element_name", "a" * (ELEMENT_NAME_MAX + 1), False),
        ("element_id", "a" * (ELEMENT_ID_MAX + 1), False),
        ("task_name", "a" * (TASK_NAME_MAX + 1), False),
        ("case_id", "a" * (CASE_ID_MAX + 1), False),
    ],
)
def test_both_wire_forms_have_the_same_bounds(field: str, value: object, is_taken: bool) -> None:
    row = msgspec.structs.replace(RawEvent(0, NOW, EventKind.CLICKED, application="excel.exe"), **{field: value})
    taken = []
    for form, body in ((COLUMNS_MEDIA_TYPE, columns_body), (ROWS_MEDIA_TYPE, rows_body)):
        try:
            decode_batch(body("b", SESSION, [row]), media_type=form, encoding="identity")
            taken.append(True)
        except MalformedBatchError:
            taken.append(False)
    assert taken == [is_taken, is_taken]
