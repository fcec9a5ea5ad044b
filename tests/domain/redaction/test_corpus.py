"""How much of what must not be told redaction finds, and how much it takes that is harmless: figures per kind."""

from collections import Counter

from domain.redaction.search import redact
from tests.fixtures.harmless_titles import titles
from tests.fixtures.redaction_corpus import secrets
from tests.fixtures.redaction_held_out import HARMLESS, SECRETS

SEED = 20_261_127


def _told(name: str, found: Counter[str], of: Counter[str]) -> None:
    for kind in sorted(of):
        print(f"{name} {kind:<24} {found[kind]:>5} of {of[kind]:>5}  {found[kind] / of[kind]:.1%}")


def test_at_least_99_of_100_secrets_are_masked() -> None:
    found: Counter[str] = Counter()
    of: Counter[str] = Counter()
    for secret in secrets(seed=SEED, count=1_500):
        of[secret.kind] += 1
        found[secret.kind] += secret.hidden not in redact(secret.text).text
    _told("masked", found, of)
    assert of.total() >= 1_500
    assert found.total() >= 0.99 * of.total()
    assert not [kind for kind in of if found[kind] < 0.95 * of[kind]]


def test_at_most_one_of_100_harmless_titles_is_touched() -> None:
    touched: Counter[str] = Counter()
    of: Counter[str] = Counter()
    for title in titles(seed=SEED, count=1_500):
        of[title.kind] += 1
        touched[title.kind] += redact(title.text).text != title.text
    _told("touched", touched, of)
    assert of.total() == 1_500
    assert touched.total() <= 0.01 * of.total()


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
    touched = [line for line in HARMLESS if redact(line).text != line]
    assert len(missed) <= 0.01 * len(SECRETS), missed
    assert len(touched) <= 0.01 * len(HARMLESS), touched
