"""Record numbers that stay in titles: the patterns of a configuration record, and how they are held in check."""

from collections.abc import Iterable

from domain.conditions.texts import check_pattern, compile_pattern
from domain.errors import DomainError

RECORD_NUMBER_MAX = 40
_SECRETS = (
    "4111111111111111",
    "DE89370400440532013000",
    "q8ZtR4vL0pXw7NcY2bKm5HdS",
    "jane.doe@example.org",
    "AKIAIOSFODNN7EXAMPLE",
)


def check_record_number_pattern(pattern: str) -> None:
    """Raises DomainError for what is no pattern, or names so little that it would keep cards, accounts and keys."""
    place = f"The pattern of record numbers {pattern!r}"
    check_pattern(pattern, place)
    if secret := next((each for each in _SECRETS if _whole(pattern, each)), None):
        raise DomainError(
            f"{place} also fits {secret}: name the letters the numbers begin with, or how many digits they have."
        )


def readable_record_number_patterns(patterns: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The patterns that hold, and those that do not."""
    good: list[str] = []
    bad: list[str] = []
    for pattern in patterns:
        try:
            check_record_number_pattern(pattern)
        except DomainError:
            bad.append(pattern)
        else:
            good.append(pattern)
    return tuple(good), tuple(bad)


def _whole(pattern: str, text: str) -> bool:
    return compile_pattern(pattern).fullmatch(text.encode()) is not None


def record_number_spans(patterns: Iterable[str], text: str) -> list[tuple[int, int]]:
    """Where record numbers stand in the text: whole words of at most 40 characters with a digit, without blanks."""
    spans: list[tuple[int, int]] = []
    encoded = text.encode("utf-8", "replace")
    for pattern in patterns:
        for match in compile_pattern(pattern).finditer(encoded):
            start = len(encoded[: match.start()].decode("utf-8", "ignore"))
            end = start + len(match.group(0).decode("utf-8", "ignore"))
            if _is_a_word(text, start, end):
                spans.append((start, end))
    return spans


def _is_a_word(text: str, start: int, end: int) -> bool:
    number = text[start:end]
    return (
        0 < len(number) <= RECORD_NUMBER_MAX
        and any(character.isdigit() for character in number)
        and not any(character.isspace() or character == "@" for character in number)
        and not (start and text[start - 1].isalnum() and number[0].isalnum())
        and not (end < len(text) and text[end].isalnum() and number[-1].isalnum())
    )
