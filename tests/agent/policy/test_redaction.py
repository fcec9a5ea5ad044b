"""Redaction takes what identifies or opens something, with check digits, and counts it; record numbers survive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.policy.redaction import RedactionKind, redact


@pytest.mark.parametrize(
    ("text", "left", "kind"),
    [
        ("Mail to jane.doe@example.org - Outlook", "Mail to [e-mail] - Outlook", RedactionKind.EMAIL),
        ("Card 4111 1111 1111 1111 declined", "Card [card] declined", RedactionKind.CARD),
        ("IBAN DE89 3704 0044 0532 0130 00 ok", "IBAN [iban] ok", RedactionKind.IBAN),
        ("SSN 078-05-1120", "SSN [national id]", RedactionKind.NATIONAL_ID),
        ("DNI 12345678Z", "DNI [national id]", RedactionKind.NATIONAL_ID),
        ("CF RSSMRA85T10A562S", "CF [national id]", RedactionKind.NATIONAL_ID),
        ("HETU 131052-308T", "HETU [national id]", RedactionKind.NATIONAL_ID),
        ("NINO AB123456C", "NINO [national id]", RedactionKind.NATIONAL_ID),
        ("Personnummer 811218-9876", "Personnummer [national id]", RedactionKind.NATIONAL_ID),
        ("NIR 2 55 08 14 168 025 38", "NIR [national id]", RedactionKind.NATIONAL_ID),
        ("Call +49 170 1234567 now", "Call [digits] now", RedactionKind.DIGITS),
        ("Order 4500012345", "Order [digits]", RedactionKind.DIGITS),
        ("see https://a.example/x?token=hunter2", "see https://a.example/x", RedactionKind.URL),
        ("password: hunter2", "[token]", RedactionKind.TOKEN),
        ("key sk_live_4eC39HqLyjWDarjtT1zdp7dc x", "key [token] x", RedactionKind.TOKEN),
    ],
)
def test_a_title_is_shown_without_what_identifies_or_opens(text: str, left: str, kind: RedactionKind) -> None:
    redacted = redact(text)
    assert redacted.text == left
    assert dict(redacted.receipt)[kind] == 1


@pytest.mark.parametrize(
    "text",
    [
        "INC0012345 - Printer on fire | ServiceNow",
        "",
        "Report 2026-11-23 10:15.xlsx",
        "Invoice 20231 of customer 4711",
        "12345678A",  # not the letter of a Spanish identity number
        "a-very-long-but-harmless-file-name-without-secrets.txt",
    ],
)
def test_what_work_is_about_survives(text: str) -> None:
    assert redact(text).text == text
    assert redact(text).receipt == ()


@given(st.from_regex(r"[a-z]{1,12}@[a-z]{1,12}\.(com|org)", fullmatch=True), st.text(max_size=30), st.text(max_size=30))
def test_no_address_survives_wherever_it_stands(address: str, before: str, after: str) -> None:
    assert address not in redact(f"{before} {address} {after}").text


@given(st.integers(min_value=10**8, max_value=10**18))
def test_no_long_run_of_digits_survives(number: int) -> None:
    assert str(number) not in redact(f"Customer {number} opened").text


def test_a_title_of_a_megabyte_is_cut_before_it_is_searched() -> None:
    assert len(redact("x@y.example " * 100_000).text) < 20_000
