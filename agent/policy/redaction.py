"""Takes out of titles and names what identifies or opens something, and counts what it took, per kind.

On by default, after the event filters. Add a kind as a pattern here, with its check digits if it has any.
"""

from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec
import re2

from agent.policy import check_digits
from agent.policy.urls import address_template

SCANNED_MAX = 8192
"""Longer texts are cut before they are searched; what is recorded is shorter anyhow."""


class RedactionKind(StrEnum):
    """What was taken out. The value is what stands in its place, in brackets."""

    URL = "url"
    TOKEN = "token"  # noqa: S105 - the word for it, not one
    EMAIL = "e-mail"
    IBAN = "iban"
    CARD = "card"
    NATIONAL_ID = "national id"
    DIGITS = "digits"


Check = Callable[[str], bool]


def _always(_: str) -> bool:
    return True


def _looks_random(text: str) -> bool:
    """A token mixes letters and digits; a long word or a slug does not."""
    return any(c.isdigit() for c in text) and any(c.isalpha() for c in text) and sum(c in "-_ " for c in text) <= 4


# In this order: what a former pattern took is not looked at again.
_PATTERNS: tuple[tuple[RedactionKind, str, Check], ...] = (
    (RedactionKind.TOKEN, r"\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?", _always),
    (RedactionKind.TOKEN, r"(?i)\b(?:bearer|token|api_?key|secret|passw(?:or)?d|pwd|session)\s*[=:]\s*\S+", _always),
    (RedactionKind.EMAIL, r"(?i)[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", _always),
    (RedactionKind.IBAN, r"(?i)\b[a-z]{2}\d{2}(?:[ -]?[a-z0-9]){11,30}\b", check_digits.is_iban),
    (RedactionKind.NATIONAL_ID, r"(?i)\b[12] ?\d{2} ?\d{2} ?\d[\dab] ?\d{3} ?\d{3} ?\d{2}\b", check_digits.is_french),
    (RedactionKind.CARD, r"\b\d(?:[ -]?\d){12,18}\b", check_digits.is_card),
    (RedactionKind.NATIONAL_ID, r"\b\d{3}-\d{2}-\d{4}\b", _always),
    (RedactionKind.NATIONAL_ID, r"(?i)\b[a-ceghj-prstw-z][a-z] ?\d{2} ?\d{2} ?\d{2} ?[a-d]\b", _always),
    (RedactionKind.NATIONAL_ID, r"(?i)\b[xyz\d]-?\d{7}-?[a-z]\b", check_digits.is_spanish),
    (RedactionKind.NATIONAL_ID, r"(?i)\b[a-z]{6}\d{2}[a-z]\d{2}[a-z]\d{3}[a-z]\b", check_digits.is_italian),
    (RedactionKind.NATIONAL_ID, r"(?i)\b\d{6}[-+a-fu-y]\d{3}[0-9a-y]\b", check_digits.is_finnish),
    (RedactionKind.NATIONAL_ID, r"\b\d{6}(?:\d{2})?[-+]\d{4}\b", check_digits.is_swedish),
    (RedactionKind.DIGITS, r"\+\d(?:[ ()./-]{0,2}\d){7,14}", _always),
    (RedactionKind.DIGITS, r"\d{9,}", _always),
    (RedactionKind.TOKEN, r"\b[A-Za-z0-9_-]{24,}\b", _looks_random),
)
_COMPILED = tuple((kind, re2.compile(pattern), check) for kind, pattern, check in _PATTERNS)
_URL = re2.compile(r"(?i)\bhttps?://[^\s\"'<>|]+")


class Redacted(msgspec.Struct, frozen=True):
    """What is left of a text, and the receipt: how many of each kind were taken out."""

    text: str
    receipt: tuple[tuple[RedactionKind, int], ...] = ()


def redact(text: str) -> Redacted:
    """The text without what the patterns find. Linear in the length of the text (RE2)."""
    if len(text) < 6:
        return Redacted(text)
    counts: Counter[RedactionKind] = Counter()
    left = text[:SCANNED_MAX]
    if "://" in left:
        left = _URL.sub(lambda match: _without_query(match.group(0), counts), left)
    for kind, pattern, check in _COMPILED:
        if pattern.search(left) is not None:
            left = pattern.sub(_replacement(kind, check, counts), left)
    return Redacted(left, tuple(sorted(counts.items())))


def _without_query(url: str, counts: Counter[RedactionKind]) -> str:
    kept = address_template(url)
    if kept != url:
        counts[RedactionKind.URL] += 1
    return kept or f"[{RedactionKind.URL}]"


def _replacement(kind: RedactionKind, check: Check, counts: Counter[RedactionKind]) -> Callable[..., str]:
    def replace(match: Any) -> str:
        found: str = match.group(0)
        candidate = found
        while candidate and not check(candidate):  # a number may be followed by a word or another number
            candidate = candidate.rpartition(" ")[0]
        if not candidate:
            return found
        counts[kind] += 1
        return f"[{kind}]{found[len(candidate) :]}"

    return replace
