"""Kinds of values that a configuration record admits, each with the words that describe it.

Add a class with `admits` and `sentence` here when a record needs another kind of value.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from domain.errors import DomainError
from domain.redaction.record_numbers import check_record_number_pattern
from governance_api.edge.json_values import FIRST_YEAR, LAST_YEAR, check_time

MAX_ITEMS = 100
MAX_WORD = 200
MAX_PATTERNS = 20


class Bounds(Protocol):
    """`admits` decides, `sentence` says what would be admitted: "a whole number from 5 to 1,000"."""

    @property
    def sentence(self) -> str: ...

    def admits(self, value: object) -> bool: ...


@dataclass(frozen=True)
class WholeNumber:
    low: int
    high: int

    @property
    def sentence(self) -> str:
        return f"a whole number from {self.low:,} to {self.high:,}"

    def admits(self, value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high


@dataclass(frozen=True)
class Switch:
    sentence: str = "true or false"

    def admits(self, value: object) -> bool:
        return isinstance(value, bool)


@dataclass(frozen=True)
class OneOf:
    words: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"one of {', '.join(self.words)}"

    def admits(self, value: object) -> bool:
        return value in self.words


@dataclass(frozen=True)
class TextUpTo:
    high: int
    low: int = 0

    @property
    def sentence(self) -> str:
        return f"a text of {self.low} to {self.high:,} characters"

    def admits(self, value: object) -> bool:
        return isinstance(value, str) and self.low <= len(value) <= self.high and "\x00" not in value


@dataclass(frozen=True)
class ListOfWords:
    words: tuple[str, ...] | None = None

    @property
    def sentence(self) -> str:
        return f"a list of {', '.join(self.words) if self.words else 'texts'}, without repetition"

    def admits(self, value: object) -> bool:
        return isinstance(value, list) and len(value) <= MAX_ITEMS and self._are_words(value)

    def _are_words(self, items: Iterable[object]) -> bool:
        seen: set[str] = set()
        for item in items:
            if not isinstance(item, str) or not 0 < len(item) <= MAX_WORD or "\x00" in item or item in seen:
                return False
            if self.words is not None and item not in self.words:
                return False
            seen.add(item)
        return True


@dataclass(frozen=True)
class ListOfRecordNumberPatterns:
    """What `domain.redaction.record_numbers` can use: patterns that no card, account, key or address fits."""

    sentence: str = (
        "a list of at most 20 patterns in RE2 syntax, each as narrow as the numbers are: "
        "letters they begin with, or how many digits they have"
    )

    def admits(self, value: object) -> bool:
        if not ListOfWords().admits(value) or not isinstance(value, list) or len(value) > MAX_PATTERNS:
            return False
        try:
            for pattern in value:
                check_record_number_pattern(pattern)
        except DomainError:
            return False
        return True


@dataclass(frozen=True)
class DateOrNone:
    sentence: str = f"a date as YYYY-MM-DD, of years from {FIRST_YEAR} to {LAST_YEAR}, or null"

    def admits(self, value: object) -> bool:
        if value is None:
            return True
        if not isinstance(value, str):
            return False
        try:
            day = date.fromisoformat(value)
            check_time(day)
        except ValueError:
            return False
        return day.isoformat() == value
