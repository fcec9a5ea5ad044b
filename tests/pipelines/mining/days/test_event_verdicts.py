"""Verdicts: only contexts that a filter concerns, for the event kinds it concerns, with what they become."""

import pyarrow as pa

from domain.conditions.tree import AllOf, Comparison, Field, Operator
from domain.contexts import Context
from domain.event_filters.rules import EventFilter, FilterAction, FilterAttribute
from domain.event_kinds import CODE_BY_KIND, EventKind
from pipelines.mining.days.event_verdicts import judge_contexts
from pipelines.mining.lake.contexts import SCHEMA

BANK, MAIL = Context("chrome.exe", "Account", "https://bank.example"), Context("mail.exe", "Salary of Mia", "")


def table(*contexts: Context) -> pa.Table:
    rows = [
        {"context_key": each.key, "application": each.application, "window_title": each.window_title, "url": each.url}
        for each in contexts
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def contains(field: Field, value: str) -> Comparison:
    return Comparison(field, Operator.CONTAINS, value)


def test_no_filters_and_no_contexts_are_no_verdicts() -> None:
    excluding = EventFilter("Bank", FilterAction.EXCLUDE, contains(Field.URL, "bank"))
    assert judge_contexts(table(BANK), (), replacement="X")[0].num_rows == 0
    assert judge_contexts(table(), (excluding,), replacement="X")[0].num_rows == 0


def test_an_excluding_filter_concerns_every_kind_of_event() -> None:
    excluding = EventFilter("Bank", FilterAction.EXCLUDE, contains(Field.URL, "BANK"))
    verdicts, masked = judge_contexts(table(BANK, MAIL), (excluding,), replacement="X")
    assert set(verdicts["context_key"].to_pylist()) == {BANK.key}
    assert verdicts.num_rows == len(EventKind)
    assert all(verdicts["is_excluded"].to_pylist())
    assert masked == []


def test_a_filter_on_a_kind_concerns_that_kind_only() -> None:
    condition = AllOf((contains(Field.URL, "bank"), Comparison(Field.KIND, Operator.IS, "copied")))
    verdicts, _ = judge_contexts(
        table(BANK, MAIL), (EventFilter("Copies", FilterAction.EXCLUDE, condition),), replacement="X"
    )
    assert [(row["context_key"], row["kind"]) for row in verdicts.to_pylist()] == [
        (BANK.key, CODE_BY_KIND[EventKind.COPIED])
    ]


def test_a_replacing_filter_leads_to_the_masked_context() -> None:
    masking = EventFilter(
        "Salary", FilterAction.REPLACE, contains(Field.WINDOW_TITLE, "salary"), (FilterAttribute.NAME,)
    )
    verdicts, masked = judge_contexts(table(BANK, MAIL), (masking,), replacement="BLOCKLISTED")
    assert masked == [Context("mail.exe", "BLOCKLISTED", "")]
    row = verdicts.to_pylist()[0]
    assert (row["context_key"], row["masked_context_key"]) == (MAIL.key, masked[0].key)
    assert (row["masks_element_name"], row["masks_element"], row["masks_counts"]) == (True, False, False)
