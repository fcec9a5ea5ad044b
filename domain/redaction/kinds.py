"""What a row of the redaction table says: a kind of secret, how it looks, how it is recognised, with examples.

A kind is either a pattern over the whole text (`Kind`) or a number in groups of digits (`NumberKind`).
"""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

import msgspec


class Mark(StrEnum):
    """What stands, in brackets, in the place of what was taken out; the receipt counts by it."""

    URL = "url"
    PASSWORD = "password"  # noqa: S105 - the word for it, not one
    TOKEN = "token"  # noqa: S105 - likewise
    ONE_TIME_CODE = "one-time code"
    EMAIL = "e-mail"
    USER = "user"
    TELEPHONE = "telephone"
    CARD = "card"
    IBAN = "iban"
    NATIONAL_ID = "national id"


Check: TypeAlias = Callable[[str], bool]


def always(_: str) -> bool:
    return True


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind that a pattern in RE2 syntax finds anywhere in a text.

    pattern: taken out is the first group that matched, or all of it where there is no group
    check: whether what the pattern found is one: check digits, or the look of it
    needs: of these (in lower case) the text holds at least one, or the pattern is not tried; none: always tried
    digits: as many digits the text holds at least
    is_labelled: a label says that it is a secret; then it is taken even where it looks like a record number
    is_word: no letter or digit may stand right before or after it
    taken: examples, with «» around what is taken out; kept: examples that stay as they are
    """

    name: str
    mark: Mark
    pattern: str
    taken: tuple[str, ...]
    kept: tuple[str, ...] = ()
    check: Check = always
    needs: tuple[str, ...] = ()
    digits: int = 0
    is_labelled: bool = False
    is_word: bool = False


class NumberKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind that is written in digits, perhaps in groups with spaces, dots, dashes, slashes, brackets between.

    counts: how many digits it has
    pattern: how it is written, from its first digit to its last
    check: whether these digits (without what stands between) are one
    label: a pattern of the words that must stand before it; empty: none
    is_plain: neither its look nor its check digits say enough: not taken where a word before says that it is the
        number of a record, where a currency or unit follows, or as a part of a longer number
    """

    name: str
    mark: Mark
    counts: tuple[int, ...]
    pattern: str
    taken: tuple[str, ...]
    kept: tuple[str, ...] = ()
    check: Check = always
    label: str = ""
    is_plain: bool = False

    @property
    def is_labelled(self) -> bool:
        return bool(self.label)
