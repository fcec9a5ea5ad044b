"""Both wire forms say the same: whatever rows are sent, the decoded batches are equal."""

from datetime import UTC, datetime
from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.event_batches import COLUMNS_MEDIA_TYPE, ROWS_MEDIA_TYPE, AgentSession, to_microseconds
from domain.event_kinds import EventKind
from domain.raw_events import RawEvent
from governance_api.ingestion.wire_forms.decoding import decode_batch
from governance_api.ingestion.wire_forms.event_columns import DecodedBatch
from tests.governance_api.ingestion.builders import columns_body, rows_body

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
