"""Redaction takes what identifies or opens something, counts it, and leaves what work is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.redaction.kinds import Kind, Mark, NumberKind
from domain.redaction.search import redact
from domain.redaction.table import KINDS, LAST_KINDS, NUMBER_KINDS

TABLE: tuple[Kind | NumberKind, ...] = (*KINDS, *NUMBER_KINDS, *LAST_KINDS)


@pytest.mark.parametrize("kind", TABLE, ids=lambda kind: kind.name)
def test_every_kind_takes_what_its_examples_say_and_keeps_the_others(kind: Kind | NumberKind) -> None:
    for example in kind.taken:
        before, _, rest = example.partition("«")
        _, _, after = rest.partition("»")
        redacted = redact(example.replace("«", "").replace("»", ""))
        assert redacted.text == f"{before}[{kind.mark}]{after}"
        assert dict(redacted.receipt)[kind.mark] == 1
    assert kind.taken
    assert [redact(each).text for each in kind.kept] == list(kind.kept)


@pytest.mark.parametrize(
    "text",
    [
        "INC0012345 - Printer on fire | ServiceNow",
        "",
        "Order 4500012345",
        "Customer 900123456789 opened",
        "Report 2026-11-23 10:15.xlsx",
        "Invoice 20231 of customer 4711",
        "12345678A",  # not the letter of a Spanish identity number
        "a-very-long-but-harmless-file-name-without-secrets.txt",
    ],
)
def test_what_work_is_about_survives(text: str) -> None:
    assert redact(text).text == text
    assert redact(text).receipt == ()


def test_of_a_web_address_inside_a_title_stays_what_the_caller_says() -> None:
    title = "see https://a.example/x?token=hunter2"
    assert redact(title).text == "see https://a.example/x"
    assert redact(title, address=lambda _: "").text == "see [url]"
    assert dict(redact(title).receipt) == {Mark.URL: 1}


@given(st.from_regex(r"[a-z]{2,12}@[a-z]{1,12}\.(com|org)", fullmatch=True), st.text(max_size=30), st.text(max_size=30))
def test_no_address_survives_wherever_it_stands(address: str, before: str, after: str) -> None:
    assert address not in redact(f"{before} {address} {after}").text


@given(st.text(max_size=200), st.sampled_from([(), (r"INC\d{7}", r"\d{10}")]))
def test_any_text_can_be_redacted(text: str, record_numbers: tuple[str, ...]) -> None:
    assert isinstance(redact(text, record_numbers=record_numbers).text, str)


@pytest.mark.parametrize(
    "word", ["x@y.example ", "4111 ", "a1-", "password ", "-p", "/home/", "C:\\Users\\", "+49 ", "DE89 ", "a" * 50]
)
def test_a_text_of_a_megabyte_is_cut_before_it_is_searched(word: str) -> None:
    assert len(redact(word * 100_000).text) < 100_000


def test_what_was_too_much_to_look_at_is_taken_out_whole() -> None:
    assert "anna@example.org" not in redact("lodash@1.2.3 " * 100 + "anna@example.org").text


def test_of_a_wall_of_digits_nothing_stays_that_was_not_looked_at() -> None:
    assert "4111 1111 1111 1111" not in redact("1 " * 2_000 + "4111 1111 1111 1111").text
