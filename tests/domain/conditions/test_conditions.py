"""Conditions: their form, their errors, and that both backends give one answer."""

import sys
import unicodedata

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.conditions.predicate import compile_predicate
from domain.conditions.sql import condition_sql
from domain.conditions.texts import check_pattern, fold
from domain.conditions.tree import (
    ALWAYS,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Field,
    Not,
    Operator,
    condition_to_json,
    fields_of,
    parse_condition,
)
from domain.conditions.tree import comparisons as comparisons_of
from domain.errors import DomainError
from domain.texts.normal_form import normalized, normalized_part

TRICKY = [
    "",
    "a",
    "A",
    "'",
    '"',
    "%",
    "_",
    "\\",
    "\\'",
    "--",
    ";",
    "$1",
    "İ",
    "i",
    "ß",
    "Σ",
    "ς",
    "σ",
    "ΟΔΟΣ",
    "ſ",
    "K",
]
TEXTS = st.one_of(
    st.sampled_from(TRICKY),
    st.lists(st.sampled_from(TRICKY), max_size=4).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
VALUES = TEXTS.filter(lambda text: text and "\0" not in text)
PATTERNS = st.one_of(
    st.sampled_from(["a.b", "^a", "a$", r"\d+", "İ|σ", r"\bk\b", "[^a]", "a*", "(?-i)A", "^$", r"\\", "'", "(?s)."]),
    st.lists(st.sampled_from(["a", "σ", ".", "x?", "[ab]", r"\w", r"\'", "%"]), min_size=1, max_size=4).map("".join),
)
FIELDS = ["application", "window_title", "url"]


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    field, operator = draw(st.sampled_from([Field(name) for name in FIELDS])), draw(st.sampled_from(Operator))
    if operator is Operator.IS_EMPTY:
        return Comparison(field, operator)
    return Comparison(field, operator, draw(PATTERNS if operator is Operator.MATCHES else VALUES))


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda many: AllOf(tuple(many))),
        st.lists(inner, min_size=1, max_size=3).map(lambda many: AnyOf(tuple(many))),
        inner.map(Not),
    ),
    max_leaves=6,
)
ENGINE = duckdb.connect()


@settings(max_examples=200, deadline=None)
@given(CONDITIONS, st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=5))
def test_python_and_the_engine_give_one_answer(condition: Condition, texts: list[tuple[str, str, str]]) -> None:
    holds = compile_predicate(condition)
    expected = [holds(dict(zip(FIELDS, row, strict=True))) for row in texts]
    sql = condition_sql(condition, {name: name for name in FIELDS})
    relation = "select unnest(?) as application, unnest(?) as window_title, unnest(?) as url"
    columns = [list(column) for column in zip(*texts, strict=True)]
    assert ENGINE.execute(f"select {sql} from ({relation})", columns).fetchall() == [(answer,) for answer in expected]


@settings(max_examples=100, deadline=None)
@given(CONDITIONS)
def test_a_condition_that_was_read_survives_its_json_form(condition: Condition) -> None:
    if not all(each.operator is Operator.IS_EMPTY or normalized_part(each.value) for each in comparisons_of(condition)):
        with pytest.raises(DomainError, match="nothing that can be seen"):
            parse_condition(condition_to_json(condition))
        return
    read = parse_condition(condition_to_json(condition))
    assert parse_condition(condition_to_json(read)) == read
    assert list(map(_kept, comparisons_of(read))) == list(map(_kept, comparisons_of(condition)))


def _kept(comparison: Comparison) -> tuple[str, Operator, str]:
    return comparison.field, comparison.operator, normalized(comparison.value)


@pytest.mark.parametrize(
    ("given_value", "read_value"),
    [("Zu\u0308rich", "Z\u00fcrich"), (" - \u200bWord\n", " - Word "), ("Soft\u00adhyphen", "Softhyphen"), ("\t", " ")],
)
def test_a_value_takes_the_form_of_the_texts_it_is_compared_with(given_value: str, read_value: str) -> None:
    read = parse_condition({"field": "window_title", "operator": "ends_with", "value": given_value})
    assert read == Comparison(Field.WINDOW_TITLE, Operator.ENDS_WITH, read_value)


def test_a_pattern_is_composed_and_otherwise_left_alone() -> None:
    read = parse_condition({"field": "window_title", "operator": "matches", "value": "Zu\u0308rich  +\t"})
    assert read == Comparison(Field.WINDOW_TITLE, Operator.MATCHES, "Z\u00fcrich  +\t")


def test_a_value_of_which_nothing_can_be_seen_is_refused() -> None:
    with pytest.raises(DomainError, match=r"\$\.value has nothing that can be seen"):
        parse_condition({"field": "window_title", "operator": "is", "value": "\u200b"})


def test_every_character_of_unicode_folds_as_in_the_engine() -> None:
    characters = [chr(code) for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    folded = ENGINE.execute("select lower(unnest(?))", [characters]).fetchall()
    known = [(c, low) for c, (low,) in zip(characters, folded, strict=True) if unicodedata.category(c) != "Cn"]
    odd = [c for c, low in known if low != fold(c)]
    assert odd == []


def test_no_condition_at_all_holds_everywhere_and_no_alternative_nowhere() -> None:
    assert compile_predicate(ALWAYS)({}) is True
    assert compile_predicate(AnyOf(()))({}) is False
    answers = ENGINE.execute(f"select {condition_sql(ALWAYS, {})}, {condition_sql(AnyOf(()), {})}").fetchall()
    assert answers == [(True, False)]


def test_a_field_that_is_not_known_reads_as_empty_in_both_backends() -> None:
    condition = Comparison(Field.WINDOW_CLASS, Operator.IS_EMPTY)
    assert compile_predicate(condition)({"application": "x"})
    assert ENGINE.execute(f"select {condition_sql(condition, {})}").fetchall() == [(True,)]


@pytest.mark.parametrize(
    ("text", "operator", "value", "answer"),
    [
        ("Microsoft EXCEL", "contains", "excel", True),
        ("excel.exe", "is", "EXCEL.EXE", True),
        ("excel.exe", "is_not", "EXCEL.EXE", False),
        ("excel.exe", "starts_with", "EX", True),
        ("excel.exe", "ends_with", ".EXE", True),
        ("100% sure", "contains", "0%", True),
        ("100 sure", "contains", "0%", False),
        ("INC0012 - Incident", "matches", r"inc\d{4}\b", True),
        ("two\nlines", "matches", "two.lines", False),
    ],
)
def test_operators_disregard_case_and_take_signs_literally(text: str, operator: str, value: str, answer: bool) -> None:
    condition = parse_condition({"field": "window_title", "operator": operator, "value": value})
    assert compile_predicate(condition)({"window_title": text}) is answer


@pytest.mark.parametrize(
    ("obj", "sentence"),
    [
        ({}, r"at \$ has no known form: write"),
        ({"all": []}, r"at \$\.all is not a list of conditions: name at least one"),
        ({"all": [{"field": "url", "operator": "like", "value": "x"}]}, r"at \$\.all\[0\]\.operator is 'like': use"),
        ({"field": "title", "operator": "is", "value": "x"}, r"at \$\.field is 'title': use one of kind, application"),
        ({"field": "url", "operator": "is", "value": ""}, r"at \$\.value is empty: give a text, or use the operator"),
        ({"field": "url", "operator": "is", "value": 7}, r"at \$\.value is not a text"),
        ({"field": "url", "operator": "is", "value": "x", "case": 1}, "unknown key 'case': use field"),
        ({"field": "url", "operator": "is_empty", "value": "x"}, "leave the value out"),
        ({"not": {"field": "url", "operator": "matches", "value": "a(?=b)"}}, r"at \$\.not\.value is not a pattern"),
        ({"field": "url", "operator": "matches", "value": "("}, r"missing \).*: correct it"),
        ({"field": "url", "operator": "matches", "value": r"\C"}, r"uses \\C"),
        ({"all": [], "any": []}, "no known form"),
        ({"field": "url", "operator": "is", "value": "\ud800"}, "remove it"),
    ],
)
def test_bad_conditions_are_named_by_place_and_remedy(obj: object, sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        parse_condition(obj)


def test_a_condition_has_bounds() -> None:
    nested: object = {"field": "url", "operator": "is_empty"}
    for _ in range(20):
        nested = {"not": nested}
    with pytest.raises(DomainError, match="nested too deep"):
        parse_condition(nested)
    with pytest.raises(DomainError, match="use at most 500"):
        parse_condition({"any": [{"field": "url", "operator": "is_empty"}] * 501})


def test_fields_of_a_condition_are_all_of_its_fields() -> None:
    clicked: object = {"field": "kind", "operator": "is", "value": "clicked"}
    condition = parse_condition({"all": [clicked, {"not": {"field": "url", "operator": "is_empty"}}]})
    assert fields_of(condition) == {Field.KIND, Field.URL}


def test_an_escaped_backslash_before_a_c_is_no_byte_pattern() -> None:
    check_pattern(r"\\C", "The pattern")
