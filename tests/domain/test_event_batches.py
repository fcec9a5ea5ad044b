"""Event batches: columns that fit each other, errors that name the column, and receipts that add up."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import DomainError
from domain.event_batches import (
    AgentSession,
    BatchReceipt,
    EventBatch,
    batch_of_rows,
    check_event_batch,
    from_microseconds,
    to_microseconds,
)
from domain.event_kinds import EventKind
from domain.raw_events import RawEvent

SESSION = AgentSession(UUID(int=1), "mia", "desk-1", "Europe/Berlin", "1.0")
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def batch() -> EventBatch:
    rows = [
        RawEvent(0, AT, EventKind.CLICKED, "excel.exe", "Costs", element_role="button"),
        RawEvent(1, AT + timedelta(seconds=1), EventKind.TYPED, "excel.exe", "Costs", key_count=5),
        RawEvent(2, AT + timedelta(seconds=2), EventKind.TASK_STARTED, task_name="Onboarding", case_id="C1"),
    ]
    return batch_of_rows("b-0", SESSION, rows)


def test_things_are_named_once_and_none_is_zero() -> None:
    columns = batch()
    check_event_batch(columns)
    assert [each.application for each in columns.contexts] == ["excel.exe", ""]
    assert (len(columns.elements), len(columns.tasks)) == (1, 1)
    assert columns.element == b"\1\0\0\0" + bytes(8)
    assert columns.task == bytes(8) + b"\1\0\0\0"


def test_a_batch_survives_its_journey() -> None:
    columns = batch()
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(columns), type=EventBatch) == columns


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": b""}, "The batch has 0 events: send 1 to 50,000"),
        ({"kind": b"\0\1"}, "Column sequence has 24 bytes where 2 events need 16"),
        ({"kind": b"\0\1\xff"}, "Column kind holds 255 where 0 to 20 are known"),
        ({"context": b"\2\0\0\0" * 3}, "Column context holds 2 where 0 to 1 are known: name it first"),
        ({"source": b"\4\0\0"}, "Column source holds 4"),
        ({"element": b"\2\0\0\0" * 3}, "Column element holds 2 where 0 to 1 are known"),
        ({"occurred_at": b"\xff" * 24}, "before 1970"),
        ({"value_length": b"\xff" * 12}, "Column value_length has a negative number"),
        ({"key_count": b"\0"}, "Column key_count has 1 bytes"),
    ],
)
def test_columns_that_do_not_fit_are_named(changes: dict[str, bytes], sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        check_event_batch(msgspec.structs.replace(batch(), **changes))


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)))
def test_microseconds_are_exact(instant: datetime) -> None:
    assert from_microseconds(to_microseconds(instant)) == instant


def test_a_receipt_adds_up() -> None:
    receipt = BatchReceipt("b", 10, 5, 2, {"clock_ahead": 1, "not_consented": 2}, 0)
    assert receipt.sent == receipt.accepted + receipt.duplicate + receipt.refused_count
