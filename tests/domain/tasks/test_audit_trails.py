"""Audit trails: rows in any column order, and broken ones named by line."""

from datetime import UTC, datetime

import pytest

from domain.errors import DomainError
from domain.tasks.audit_trails import COLUMNS, parse_audit_trail

HEADER = ",".join(COLUMNS) + "\n"
ROW = "INC1,incident,state,New,In progress,2026-03-02T09:15:00+01:00,mia\n"


def test_a_trail_with_a_header_only_has_no_rows() -> None:
    assert list(parse_audit_trail([HEADER])) == []


def test_columns_may_stand_in_any_order_and_values_hold_commas_and_lines() -> None:
    lines = ["\ufeffchanged_by,changed_at,new_value,old_value,field,table_name,record_id\n"]
    lines += ['mia,2026-03-02 09:15:00Z,"one,\n', 'two ""2""",,state,incident,INC1\n']
    (row,) = parse_audit_trail(lines)
    assert (row.record_id, row.new_value, row.old_value) == ("INC1", 'one, two "2"', "")
    assert row.changed_at == datetime(2026, 3, 2, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "trail.csv is empty: give a header line"),
        (
            ["record_id,field\n"],
            "trail.csv, line 1: the columns are record_id, field: name exactly record_id, table_name",
        ),
        (
            [HEADER, ROW, ROW.replace("New", '"New')],
            "trail.csv, line 3: the quoting is broken .*: close every quoted value",
        ),
        ([HEADER, ROW.replace("New", '"Ne"w')], "trail.csv, line 2: the quoting is broken"),
        ([HEADER, ROW, "\n", "INC1,incident\n"], "trail.csv, line 4: the row has 2 values where 7 are needed"),
        (
            [HEADER, ROW.replace("+01:00", "")],
            "line 2: changed_at is '2026-03-02T09:15:00': write an instant with its offset",
        ),
        ([HEADER, ROW.replace("2026-03-02T09:15:00+01:00", "soon")], "changed_at is 'soon'"),
        ([HEADER, ROW.replace("INC1", " ")], "record_id is empty"),
    ],
)
def test_a_broken_trail_is_named_by_line_and_remedy(lines: list[str], sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        list(parse_audit_trail(lines, name="trail.csv"))


def test_rows_before_a_broken_one_are_yielded() -> None:
    rows = parse_audit_trail([HEADER, ROW, '"'])
    assert next(rows).record_id == "INC1"
    with pytest.raises(DomainError, match="line 3"):
        next(rows)


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00"])
def test_an_instant_that_leaves_the_calendar_is_named_by_its_line(instant: str) -> None:
    with pytest.raises(DomainError, match="line 2: changed_at is"):
        list(parse_audit_trail([HEADER, f"INC1,incident,state,New,In progress,{instant},mia\n"]))
