"""Conditions about records: what is known of a record at a moment, and how its fields are named."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conditions.predicate import compile_predicate
from domain.conditions.tree import ALWAYS, AnyOf, Comparison, Operator, condition_to_json
from domain.errors import DomainError
from domain.tasks.audit_trails import AuditTrailRow
from domain.tasks.record_conditions import RecordFilter, parse_record_condition, record_field

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIELDS = st.sampled_from(["priority", "Priority", " PRIORITY ", "state", "İçerik", "ΟΔΟΣ", "assignment group"])
CHANGES = st.lists(st.tuples(st.sampled_from(["A", "B"]), FIELDS, st.sampled_from(["", "1", "New", "2 - high"])))
COMPARISONS = st.builds(
    lambda field, operator, value: {"field": field, "operator": operator} | ({"value": value} if value else {}),
    FIELDS,
    st.sampled_from([str(each) for each in Operator if each is not Operator.IS_EMPTY]),
    st.sampled_from(["1", "new", "high", "HIGH"]),
) | st.builds(lambda field: {"field": field, "operator": "is_empty"}, FIELDS)


def noted(condition: object, changes: list[tuple[str, str, str]]) -> RecordFilter:
    found = RecordFilter(parse_record_condition(condition))
    found.note(AuditTrailRow(record, "incident", field, "", value, NINE, "mia") for record, field, value in changes)
    return found


def test_no_condition_lets_every_record_count_and_no_alternative_none() -> None:
    assert RecordFilter(ALWAYS).lets_count("INC1")
    assert not RecordFilter(AnyOf(())).lets_count("INC1")


@given(COMPARISONS, CHANGES)
def test_the_last_value_of_each_field_answers(condition: dict[str, str], changes: list[tuple[str, str, str]]) -> None:
    last = {
        record: {record_field(field): value for of, field, value in changes if of == record} for record in ("A", "B")
    }
    holds = compile_predicate(parse_record_condition(condition))
    found = noted(condition, changes)
    assert {record: found.lets_count(record) for record in last} == {record: holds(last[record]) for record in last}


@given(COMPARISONS)
def test_a_condition_survives_its_json_form(condition: dict[str, str]) -> None:
    parsed = parse_record_condition(condition)
    assert parse_record_condition(condition_to_json(parsed)) == parsed


def test_names_of_fields_disregard_case_and_outer_blanks() -> None:
    assert parse_record_condition({"field": " Priority ", "operator": "is", "value": "1"}) == Comparison(
        "priority", Operator.IS, "1"
    )


@pytest.mark.parametrize("name", ["", "  ", "p" * 129, "a\0b", "\ud800", 7, None, ["priority"]])
def test_what_names_no_field_is_refused(name: object) -> None:
    with pytest.raises(DomainError, match=r"at \$\.all\[0\]\.field is .*: name a field of the audit trail's records"):
        parse_record_condition({"all": [{"field": name, "operator": "is_empty"}]})
