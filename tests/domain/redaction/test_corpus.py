"""How much of what must not be told redaction finds, and how much it takes that is harmless: figures per kind."""

from domain.redaction.search import redact
from tests.fixtures.harmless_titles import titles
from tests.fixtures.redaction_corpus import secrets
from tests.fixtures.redaction_figures import LEAST_MASKED, LEAST_MASKED_OF_A_KIND, MOST_TOUCHED, masked, touched
from tests.fixtures.redaction_held_out import HARMLESS, SECRETS

SEED = 20_261_127


def _left(text: str) -> str:
    return redact(text).text


def test_secrets_are_masked_altogether_and_of_each_kind() -> None:
    found = masked(_left, secrets(seed=SEED, count=1_500))
    assert found.of.total() >= 1_500
    assert found.share >= LEAST_MASKED, found
    assert not [kind for kind in found.of if found.share_of(kind) < LEAST_MASKED_OF_A_KIND], found


def test_hardly_a_harmless_title_is_touched() -> None:
    mistaken = touched(_left, titles(seed=SEED, count=1_500))
    assert mistaken.of.total() == 1_500
    assert mistaken.share <= MOST_TOUCHED, mistaken


def test_record_numbers_that_a_pattern_names_all_stay() -> None:
    patterns = (r"\d{8}", r"\d{9}", r"\d{10}", r"\d{11}", r"[A-Z]{2,4}\d{6,12}")
    for title in titles(seed=SEED, count=1_500):
        numbers = [word for word in title.text.split() if word.isdigit() and 8 <= len(word) <= 11]
        left = redact(title.text, record_numbers=patterns).text
        assert [number for number in numbers if number not in left] == [], title


def test_forms_written_by_hand_are_masked_and_harmless_ones_left() -> None:
    missed = []
    for line in SECRETS:
        hidden = line.partition("«")[2].partition("»")[0]
        left = redact(line.replace("«", "").replace("»", "")).text
        assert hidden, line
        if hidden in left:
            missed.append(line)
    mistaken = [line for line in HARMLESS if redact(line).text != line]
    assert len(missed) <= (1 - LEAST_MASKED) * len(SECRETS), missed
    assert len(mistaken) <= MOST_TOUCHED * len(HARMLESS), mistaken
