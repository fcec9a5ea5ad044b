"""Record numbers that a configured pattern names stay, unless a label says that they are a secret."""

import pytest

from domain.errors import DomainError
from domain.redaction.record_numbers import check_record_number_pattern, readable_record_number_patterns
from domain.redaction.search import redact


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("Vorgang: 86095742719 offen", r"\d{11}"),
        ("86095742719 offen", r"86\d{9}"),
        ("0612345678 | CRM", r"0\d{9}"),
        ("DNI-like 12345678Z", r"\d{8}Z"),
    ],
)
def test_a_configured_number_stays(text: str, pattern: str) -> None:
    assert redact(text, record_numbers=(pattern,)).text == text


def test_a_label_that_says_secret_is_stronger() -> None:
    patterns = (r"INC\d{7}", r"\d{10}")
    assert redact("password: INC0012345", record_numbers=patterns).text == "password: [password]"
    assert redact("Tel. 0612345678", record_numbers=patterns).text == "Tel. [telephone]"


def test_a_pattern_that_fits_a_part_keeps_nothing_of_the_whole() -> None:
    assert redact("DE89 3704 0044 0532 0130 00", record_numbers=(r"\d{4}",)).text == "[iban]"
    assert redact("4111 1111 1111 1111", record_numbers=(r"\d{4}",)).text == "[card]"


@pytest.mark.parametrize("pattern", [".*", r"\w+", r"\d+", r"\S+", "[A-Z0-9]+", "(", r"\C"])
def test_a_pattern_that_names_too_little_is_refused(pattern: str) -> None:
    with pytest.raises(DomainError):
        check_record_number_pattern(pattern)
    assert readable_record_number_patterns((pattern, r"INC\d{7}")) == ((r"INC\d{7}",), (pattern,))
